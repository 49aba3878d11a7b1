//! Writing and reading the file. Both block; they run on threads of their own, with rows in a short queue between.

use std::{
    fs::{self, File, OpenOptions},
    io::{BufRead, BufReader, BufWriter, Error, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{Compression, bufread::GzDecoder, write::GzEncoder};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    BackupError, Counts,
    table::{Kind, Table},
    tables,
};
use crate::{model::timestamp::Timestamp, server::secrets::random_bytes};

/// The version of the file's form.
pub const FORMAT: u32 = 1;

/// No row is longer; a longer line is no backup of Galley's.
const LONGEST_LINE: u64 = 256 << 20;

/// The first line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Header {
    /// The form of the file, [`FORMAT`].
    pub galley_backup: u32,
    /// The schema's version.
    pub schema: i64,
    /// The engine that it was taken from.
    pub engine: String,
    /// When.
    pub made_at: Timestamp,
    /// The tables, in the order of their rows.
    pub tables: Vec<HeaderTable>,
}

/// A table in the first line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HeaderTable {
    /// Its name.
    pub name: String,
    /// The columns of its rows.
    pub columns: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Trailer {
    end: End,
}

#[derive(Debug, Serialize, Deserialize)]
struct End {
    rows: Counts,
    sha256: String,
}

/// One value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A UUID.
    Id(Option<Uuid>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
    /// Text.
    Text(Option<String>),
    /// A whole number.
    Number(Option<i64>),
}

impl Cell {
    /// As it stands in the file.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::Id(id) => id.map(|id| id.to_string()).into(),
            Self::Bytes(bytes) => bytes.as_ref().map(|bytes| STANDARD.encode(bytes)).into(),
            Self::Text(text) => text.clone().into(),
            Self::Number(number) => (*number).into(),
        }
    }

    fn from_json(kind: Kind, value: Value) -> Option<Self> {
        Some(match (kind, value) {
            (Kind::Id, Value::Null) => Self::Id(None),
            (Kind::Bytes, Value::Null) => Self::Bytes(None),
            (Kind::Text, Value::Null) => Self::Text(None),
            (Kind::Number, Value::Null) => Self::Number(None),
            (Kind::Id, Value::String(text)) => Self::Id(Some(text.parse().ok()?)),
            (Kind::Bytes, Value::String(text)) => Self::Bytes(Some(STANDARD.decode(text).ok()?)),
            (Kind::Text, Value::String(text)) => Self::Text(Some(text)),
            (Kind::Number, Value::Number(number)) => Self::Number(Some(number.as_i64()?)),
            _ => return None,
        })
    }
}

/// What goes into the file.
#[derive(Debug)]
pub enum Line {
    /// The first line.
    Header(Header),
    /// Rows of a table.
    Rows(&'static str, Vec<Vec<Cell>>),
    /// There are no more.
    End,
}

/// Writes what comes out of `lines` to a new file that only its owner may read; `path` is replaced when all of it is
/// safely on the disk, and untouched otherwise.
///
/// # Errors
/// When the disk refuses, or `lines` ends before [`Line::End`].
pub fn write(path: &Path, lines: mpsc::Receiver<Line>) -> Result<Counts, Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().ok_or_else(|| Error::other("the name of a file is expected"))?;
    let unique: [u8; 8] = random_bytes().map_err(|failure| Error::other(failure.public.detail))?;
    let mut unfinished = name.to_owned();
    unfinished.push(format!(".{:016x}.partial", u64::from_ne_bytes(unique)));
    let unfinished = folder.join(unfinished);

    let done = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished).and_then(|file| {
        let counts = write_lines(file, lines)?;
        fs::rename(&unfinished, path)?;
        File::open(folder)?.sync_all()?;
        Ok(counts)
    });
    if done.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    done
}

fn write_lines(file: File, mut lines: mpsc::Receiver<Line>) -> Result<Counts, Error> {
    let mut out = GzEncoder::new(BufWriter::new(file), Compression::default());
    let mut hash = Sha256::new();
    let mut counts = Counts::new();
    let mut put = |json: Vec<u8>| {
        hash.update(&json);
        hash.update(b"\n");
        out.write_all(&json)?;
        out.write_all(b"\n")
    };
    loop {
        match lines.blocking_recv() {
            Some(Line::Header(header)) => {
                counts.extend(header.tables.iter().map(|table| (table.name.clone(), 0)));
                put(serde_json::to_vec(&header)?)?;
            }
            Some(Line::Rows(table, rows)) => {
                *counts.entry(table.to_owned()).or_default() += rows.len() as u64;
                for row in rows {
                    let row: Vec<Value> = row.iter().map(Cell::to_json).collect();
                    put(serde_json::to_vec(&(table, row))?)?;
                }
            }
            Some(Line::End) => break,
            None => return Err(Error::other("the database stopped answering")),
        }
    }
    let end = End { rows: counts.clone(), sha256: hex(&hash.finalize()) };
    serde_json::to_writer(&mut out, &Trailer { end })?;
    out.write_all(b"\n")?;
    let file = out.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(counts)
}

/// What a whole file says of itself.
#[derive(Clone, Debug)]
pub struct Contents {
    /// The first line.
    pub header: Header,
    /// How many rows there are.
    pub counts: Counts,
    /// The hash of everything before the last line.
    pub sha256: String,
}

/// A table whose rows a file holds, and which of its columns.
#[derive(Clone, Debug)]
pub struct Section {
    /// The table.
    pub table: &'static Table,
    /// The columns of the rows, in their order.
    pub columns: Vec<(&'static str, Kind)>,
}

/// Reads a whole file and gives each row to `take`, in order. The rows can only be trusted once this has come back.
///
/// # Errors
/// When the file is cut short, changed, or not one that this Galley can read; and what `take` fails with.
pub fn read(
    path: &Path,
    mut take: impl FnMut(&Section, Vec<Cell>) -> Result<(), BackupError>,
) -> Result<Contents, BackupError> {
    let spoilt =
        |what: &str| BackupError::Refused(format!("{} is no whole backup of Galley's: {what}", path.display()));
    let mut input = BufReader::new(GzDecoder::new(BufReader::new(File::open(path)?)));
    let mut hash = Sha256::new();
    let mut line = Vec::new();
    let mut next = |line: &mut Vec<u8>| {
        line.clear();
        let read = input.by_ref().take(LONGEST_LINE).read_until(b'\n', line);
        match (read, line.pop()) {
            (Ok(_), Some(b'\n')) => Ok(()),
            (Ok(_), _) => Err(spoilt("it ends too early")),
            (Err(error), _) => Err(spoilt(&error.to_string())),
        }
    };

    next(&mut line)?;
    let header: Header = serde_json::from_slice(&line).map_err(|_| spoilt("it does not begin like one"))?;
    if header.galley_backup != FORMAT {
        return Err(BackupError::Refused(format!(
            "{} is a backup in form {}; this Galley reads form {FORMAT}",
            path.display(),
            header.galley_backup
        )));
    }
    let sections = header.tables.iter().map(section).collect::<Result<Vec<_>, _>>()?;
    let mut counts: Counts = header.tables.iter().map(|table| (table.name.clone(), 0)).collect();
    let mut at = 0;
    loop {
        hash.update(&line);
        hash.update(b"\n");
        next(&mut line)?;
        if line.first() == Some(&b'{') {
            break;
        }
        let (name, values): (String, Vec<Value>) =
            serde_json::from_slice(&line).map_err(|_| spoilt("a line is no row"))?;
        // Tables come in the header's order, so a row of an earlier one is out of place.
        let place = sections.iter().skip(at).position(|section| section.table.name == name);
        at += place.ok_or_else(|| spoilt("a row is out of place"))?;
        let section = sections.get(at).ok_or_else(|| spoilt("a row is out of place"))?;
        if values.len() != section.columns.len() {
            return Err(spoilt(&format!("a row of {name} has another number of values")));
        }
        let cells = section.columns.iter().zip(values).map(|((column, kind), value)| {
            Cell::from_json(*kind, value).ok_or_else(|| spoilt(&format!("{name}.{column} holds something else")))
        });
        let cells = cells.collect::<Result<_, _>>()?;
        *counts.entry(name).or_default() += 1;
        take(section, cells)?;
    }
    let Trailer { end } = serde_json::from_slice(&line).map_err(|_| spoilt("it does not end like one"))?;
    if end.sha256 != hex(&hash.finalize()) || end.rows != counts {
        return Err(spoilt("its content is not what was written"));
    }
    // The sum at the end of the compressed data is checked only when it is reached.
    let more = input.read(&mut [0]).map_err(|error| spoilt(&error.to_string()))?;
    let after = input.into_inner().into_inner().read(&mut [0])?;
    if more + after > 0 {
        return Err(spoilt("something follows its end"));
    }
    Ok(Contents { header, counts, sha256: end.sha256 })
}

fn section(table: &HeaderTable) -> Result<Section, BackupError> {
    let known = tables::find(&table.name)?;
    let columns = table.columns.iter().map(|name| {
        let found = known.columns.iter().find(|(column, _)| column == name).copied();
        found.ok_or_else(|| {
            BackupError::Refused(format!(
                "the backup has a column {}.{name}, which this Galley does not know",
                table.name
            ))
        })
    });
    Ok(Section { table: known, columns: columns.collect::<Result<_, _>>()? })
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
