//! Backups that are not whole, or not for this Galley: they are refused, and nothing is changed.

use std::{
    io::{Read, Write},
    path::Path,
};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use galley::server::store::backup::{self, BackupError};
use sha2::{Digest, Sha256};

use super::{Rows, read, rows, take};
use crate::{
    releases::{agent, publish},
    support::TestApp,
};

/// A database with something in it, its rows, and the bytes of its backup.
async fn backed_up(app: &TestApp, folder: &Path) -> (Rows, Vec<u8>) {
    let ada = app.admin().await;
    let id = agent(app, &ada, "one").await;
    publish(app, &ada, id).await;
    let file = folder.join("whole");
    take(app, &file).await;
    (rows(app).await, std::fs::read(file).unwrap())
}

async fn refused(app: &TestApp, folder: &Path, bytes: &[u8], before: &Rows) -> String {
    let file = folder.join("spoilt");
    std::fs::write(&file, bytes).unwrap();
    let error = backup::put_back(&app.core.db, &file).await.expect_err("a spoilt backup was put back");
    assert_eq!(rows(app).await, *before, "{error}");
    error.to_string()
}

fn lines(bytes: &[u8]) -> Vec<String> {
    unpacked(bytes).unwrap().lines().map(str::to_owned).collect()
}

fn unpacked(bytes: &[u8]) -> Option<String> {
    let mut text = String::new();
    GzDecoder::new(bytes).read_to_string(&mut text).ok().map(|_| text)
}

/// A file with these lines, whose last one has the counts that are given and the hash that is right.
fn sealed(lines: &[String], counts: &serde_json::Value) -> Vec<u8> {
    let text: String = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
    let sha256: String = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
    let end = serde_json::json!({ "end": { "rows": counts, "sha256": sha256 } });
    packed(&format!("{text}{end}\n"))
}

fn packed(text: &str) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(text.as_bytes()).unwrap();
    out.finish().unwrap()
}

both_engines! {
    async fn a_file_that_is_cut_short_or_changed_is_refused(app: TestApp) {
        let folder = tempfile::tempdir().unwrap();
        let (before, whole) = backed_up(&app, folder.path()).await;
        for length in [0, 1, 10, whole.len() / 2, whole.len() - 9, whole.len() - 1] {
            refused(&app, folder.path(), &whole[..length], &before).await;
        }
        for place in (0..whole.len()).step_by(whole.len() / 12) {
            // The gzip header's own fields (time, system) carry nothing.
            if (4..10).contains(&place) {
                continue;
            }
            let mut changed = whole.clone();
            changed[place] ^= 0x10;
            // Packed data can say the same in another way: a repetition may point to another place with the same letters.
            if unpacked(&changed).is_some_and(|text| Some(text) == unpacked(&whole)) {
                continue;
            }
            refused(&app, folder.path(), &changed, &before).await;
        }
        for more in [&b"x"[..], b"\0", &whole] {
            let error = refused(&app, folder.path(), &[&whole, more].concat(), &before).await;
            assert!(error.contains("something follows its end"), "{error}");
        }
    }

    async fn lines_that_are_missing_changed_or_elsewhere_are_refused(app: TestApp) {
        let folder = tempfile::tempdir().unwrap();
        let (before, whole) = backed_up(&app, folder.path()).await;
        let lines = lines(&whole);
        let pack = |lines: &[String]| packed(&lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect::<String>());
        // Packed anew and otherwise left alone, it is still whole.
        let same = folder.path().join("same");
        std::fs::write(&same, pack(&lines)).unwrap();
        assert_eq!(read(&same), before);

        let mut missing = lines.clone();
        missing.remove(2);
        let mut without_end = lines.clone();
        without_end.pop();
        let mut changed = lines.clone();
        changed[1] = changed[1].replace("Workshop", "Workshoq");
        assert_ne!(changed, lines);
        let mut elsewhere = lines.clone();
        elsewhere.swap(1, 2);
        for spoilt in [missing, without_end, changed, elsewhere] {
            refused(&app, folder.path(), &pack(&spoilt), &before).await;
        }
        for nothing in [&b"not gzip at all"[..], &packed(""), &packed("{}\n"), &packed("\n\n")] {
            refused(&app, folder.path(), nothing, &before).await;
        }
    }

    async fn a_file_for_another_galley_is_refused_by_name(app: TestApp) {
        let folder = tempfile::tempdir().unwrap();
        let (before, whole) = backed_up(&app, folder.path()).await;
        let mut lines = lines(&whole);
        let end: serde_json::Value = serde_json::from_str(&lines.pop().unwrap()).unwrap();
        let counts = &end["end"]["rows"];
        let header: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
        for (pointer, value, said) in [
            ("/schema", serde_json::json!(9999), "from a newer Galley: it has schema 9999"),
            ("/galley_backup", serde_json::json!(2), "in form 2"),
            ("/tables/0/name", serde_json::json!("planets"), "a table \"planets\""),
            ("/tables/0/columns/1", serde_json::json!("colour"), "a column workspaces.colour"),
        ] {
            let mut header = header.clone();
            *header.pointer_mut(pointer).unwrap() = value;
            let mut lines = lines.clone();
            lines[0] = header.to_string();
            let error = refused(&app, folder.path(), &sealed(&lines, counts), &before).await;
            assert!(error.contains(said), "{error}");
        }
    }

    async fn a_file_that_the_database_refuses_half_way_changes_nothing(app: TestApp) {
        let folder = tempfile::tempdir().unwrap();
        let (before, whole) = backed_up(&app, folder.path()).await;
        let mut lines = lines(&whole);
        let mut end: serde_json::Value = serde_json::from_str(&lines.pop().unwrap()).unwrap();
        // Every line is sound, but a release's draft is missing.
        lines.retain(|line| !line.starts_with("[\"drafts\""));
        end["end"]["rows"]["drafts"] = 0.into();
        let file = folder.path().join("spoilt");
        std::fs::write(&file, sealed(&lines, &end["end"]["rows"])).unwrap();
        let error = backup::put_back(&app.core.db, &file).await.unwrap_err();
        assert!(matches!(error, BackupError::Database(_)), "{error}");
        assert!(error.to_string().to_lowercase().contains("foreign key"), "{error}");
        assert_eq!(rows(&app).await, before);
    }
}
