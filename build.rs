//! Puts the built site (browser code, styles, icons) into the server's binary.
//!
//! `scripts/build-site` leaves the files in `<target dir>/site`; for the server build this script writes a table of them,
//! `assets.rs`, which `src/server/assets.rs` includes. Without a built site the table is empty, so that `cargo check`
//! works on a fresh clone. `GALLEY_SITE_DIR` names another folder.
#![expect(clippy::disallowed_methods, reason = "a build script is told everything through its environment")]

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_SSR").is_none() {
        return Ok(());
    }
    // `sqlx::migrate!` notices a changed file by itself, but not a new one.
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-env-changed=GALLEY_SITE_DIR");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let site = match env::var_os("GALLEY_SITE_DIR") {
        Some(dir) => PathBuf::from(dir),
        None => target_dir(&out).ok_or("OUT_DIR is not inside a target directory")?.join("site"),
    };
    // A watched path that does not exist would make Cargo build the package anew on every call.
    fs::create_dir_all(&site)?;
    let site = site.canonicalize()?;
    println!("cargo::rerun-if-changed={}", site.display());

    // Copied, so that a site built anew while the compiler runs cannot take the files from under it.
    let copy = out.join("site");
    if copy.exists() {
        fs::remove_dir_all(&copy)?;
    }
    copy_all(&site, &copy)?;
    fs::write(out.join("assets.rs"), table(&copy)?)?;
    Ok(())
}

fn copy_all(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_all(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// The target directory, from `<target>[/<triple>]/<profile>/build/<package>/out`.
fn target_dir(out: &Path) -> Option<PathBuf> {
    let above_profile = out.ancestors().nth(4)?;
    let triple = env::var_os("TARGET")?;
    let dir = if above_profile.file_name() == Some(&triple) { above_profile.parent()? } else { above_profile };
    Some(dir.to_path_buf())
}

/// The Rust source of the table and of the three addresses that the HTML shell names.
fn table(site: &Path) -> Result<String, Box<dyn Error>> {
    let mut files = BTreeMap::new();
    collect(site, site, &mut files)?;
    let manifest = match files.remove("/manifest.json") {
        Some(path) => fs::read_to_string(path)?,
        None => String::new(),
    };

    let mut rust = String::from("static TABLE: &[Asset] = &[\n");
    for (url, path) in &files {
        if let Some(original) = url.strip_suffix(".br").or_else(|| url.strip_suffix(".gz"))
            && files.contains_key(original)
        {
            continue;
        }
        let mut hash = DefaultHasher::new();
        fs::read(path)?.hash(&mut hash);
        writeln!(
            rust,
            "    Asset {{ path: {url:?}, etag: \"{:016x}\", plain: {}, br: {}, gz: {} }},",
            hash.finish(),
            include(path)?,
            sibling(&files, url, "br")?,
            sibling(&files, url, "gz")?,
        )?;
    }
    rust.push_str("];\n");
    writeln!(
        rust,
        "static PATHS: AssetPaths = AssetPaths {{ js: {:?}, wasm: {:?}, css: {:?} }};",
        address(&manifest, "galley.js"),
        address(&manifest, "galley.wasm"),
        address(&manifest, "galley.css"),
    )?;
    Ok(rust)
}

fn collect(root: &Path, dir: &Path, files: &mut BTreeMap<String, PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else {
            let name = path.strip_prefix(root)?.to_str().ok_or("a file name in the site is not UTF-8")?;
            files.insert(format!("/{}", name.replace('\\', "/")), path);
        }
    }
    Ok(())
}

fn include(path: &Path) -> Result<String, Box<dyn Error>> {
    Ok(format!("include_bytes!({:?})", path.to_str().ok_or("the target directory's name is not UTF-8")?))
}

fn sibling(files: &BTreeMap<String, PathBuf>, url: &str, suffix: &str) -> Result<String, Box<dyn Error>> {
    match files.get(&format!("{url}.{suffix}")) {
        Some(path) => Ok(format!("Some({})", include(path)?)),
        None => Ok("None".to_owned()),
    }
}

/// The hashed address of `name`: the manifest is one flat object of strings, so the text after a key is its value.
fn address(manifest: &str, name: &str) -> String {
    let mut strings = manifest.split('"').skip(1).step_by(2);
    match strings.by_ref().find(|text| *text == name).and_then(|_| strings.next()) {
        Some(path) => format!("/{path}"),
        None => format!("/pkg/{name}"),
    }
}
