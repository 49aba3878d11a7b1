//! The key that seals secrets at rest: given by the operator, or made once and kept beside an embedded database.

use std::{
    fs::{self, File, OpenOptions},
    io::{Error, ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use super::values::{self, SecretKey};
use crate::server::secrets::random_bytes;

/// The file beside an embedded database.
const FILE: &str = "secret.key";

/// Where the key of an embedded database is kept.
#[must_use]
pub fn path(database_file: &Path) -> PathBuf {
    database_file.with_file_name(FILE)
}

/// The key that was given, or the one beside the database, which is made when there is none.
///
/// # Errors
/// When there is no key and none can be made; the text names the setting.
pub fn find_or_make(given: Option<&SecretKey>, database_url: &str) -> Result<[u8; 32], String> {
    if let Some(SecretKey(Some(key))) = given {
        return Ok(*key);
    }
    let Some(database) = values::sqlite_path(database_url).map(Path::new) else {
        return Err(
            "GALLEY_SECRET_KEY: expected 64 hex digits, as `openssl rand -hex 32` prints; with Postgres it has to \
             be set, the same on every node, as the database must not hold it"
                .to_owned(),
        );
    };
    let path = path(database);
    match read(&path)? {
        Some(key) => Ok(key),
        None => make(&path),
    }
}

/// The key in the file, if there is one.
///
/// # Errors
/// When the file cannot be read or holds something else.
pub fn read(path: &Path) -> Result<Option<[u8; 32]>, String> {
    match fs::read_to_string(path) {
        Ok(text) => match values::hex_key(text.trim()) {
            Some(key) => Ok(Some(key)),
            None => Err(format!("GALLEY_SECRET_KEY is not set, and {} does not hold 64 hex digits", path.display())),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("GALLEY_SECRET_KEY is not set, and {} cannot be read: {error}", path.display())),
    }
}

fn make(path: &Path) -> Result<[u8; 32], String> {
    let fail = |what: &dyn std::fmt::Display| {
        format!("GALLEY_SECRET_KEY is not set, and {} cannot be made: {what}", path.display())
    };
    let key: [u8; 32] = random_bytes().map_err(|failure| fail(&failure.public.detail))?;
    match write(path, &key) {
        Ok(()) => tracing::info!(file = %path.display(), "made a secret key"),
        // Another process was faster; its key counts.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return read(path)?.ok_or_else(|| fail(&"it came and went"));
        }
        Err(error) => return Err(fail(&error)),
    }
    Ok(key)
}

/// Writes the whole file or none of it, and never over another one.
fn write(path: &Path, key: &[u8; 32]) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let digits = key.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let text: String = digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect();
    let unique: [u8; 8] = random_bytes().map_err(|failure| Error::other(failure.public.detail))?;
    let unfinished = path.with_extension(format!("key.{:016x}", u64::from_ne_bytes(unique)));
    let done = (|| {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
        writeln!(file, "{text}")?;
        file.sync_all()?;
        fs::hard_link(&unfinished, path)?;
        File::open(folder)?.sync_all()
    })();
    let _ = fs::remove_file(&unfinished);
    done
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn url(folder: &Path) -> String {
        format!("sqlite://{}", folder.join("new/galley.db").display())
    }

    #[test]
    fn is_made_once_and_kept_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let key = find_or_make(None, &url(folder.path())).unwrap();
        assert_ne!(key, [0; 32]);
        assert_eq!(find_or_make(Some(&SecretKey(None)), &url(folder.path())).unwrap(), key);
        assert_eq!(find_or_make(Some(&SecretKey(Some([7; 32]))), &url(folder.path())).unwrap(), [7; 32]);

        let files: Vec<_> = fs::read_dir(folder.path().join("new")).unwrap().map(|file| file.unwrap().path()).collect();
        let file = folder.path().join("new/secret.key");
        assert_eq!(files, std::slice::from_ref(&file));
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn many_starts_at_once_agree_on_one() {
        let folder = tempfile::tempdir().unwrap();
        let url = url(folder.path());
        let keys: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..8).map(|_| scope.spawn(|| find_or_make(None, &url).unwrap())).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
    }

    #[test]
    fn a_spoilt_file_and_a_missing_key_of_postgres_stop_the_start() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("new")).unwrap();
        fs::write(folder.path().join("new/secret.key"), "0f0f").unwrap();
        assert!(find_or_make(None, &url(folder.path())).unwrap_err().contains("does not hold 64 hex digits"));
        let error = find_or_make(None, "postgres://db/galley").unwrap_err();
        assert!(error.starts_with("GALLEY_SECRET_KEY: expected 64 hex digits"), "{error}");
    }
}
