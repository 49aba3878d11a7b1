//! Where a page finds its browser code and its style.
//!
//! Both sides know the type, because the HTML shell that names the addresses is compiled for both; only the server knows
//! the values (`server::assets`), since a file's name holds a hash of its content.

/// The addresses that the HTML shell names, each starting with `/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssetPaths {
    /// The script that loads the browser code.
    pub js: &'static str,
    /// The browser code itself, given to the script's `init({ module_or_path })`.
    pub wasm: &'static str,
    /// The style sheet.
    pub css: &'static str,
}
