//! The real binary as a process of its own.

use std::{
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, ExitStatus, Output, Stdio},
};

/// The key that the test kit's own servers have too.
pub const KEY: &str = "0707070707070707070707070707070707070707070707070707070707070707";

/// `galley` with these arguments in this folder, and with no variable but those that the test sets.
pub fn galley(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_galley"));
    // `df` is found through PATH.
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.env_clear().env("PATH", path).current_dir(folder).args(arguments).stdin(Stdio::null());
    command
}

/// Runs it to its end, with `input` on standard input.
pub fn run(mut command: Command, input: &str) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A command that refuses its settings never reads.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// What it said on standard output, after it went well.
pub fn said(command: Command, input: &str) -> String {
    let output = run(command, input);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The exit code and what it said on standard error.
pub fn refused(command: Command) -> (i32, String) {
    let output = run(command, "");
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// A server that is killed when the test ends.
pub struct Server {
    child: Child,
    /// Where it answers.
    pub address: SocketAddr,
}

impl Server {
    /// Starts `galley serve` on a free port and waits until it says where it is.
    pub fn start(folder: &Path, database: &str) -> Self {
        let mut command = galley(folder, &["serve", "--addr", "127.0.0.1:0", "--database-url", database]);
        command.env("GALLEY_SECRET_KEY", KEY).env("GALLEY_LOG", "warn");
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("Galley is at http://").and_then(|address| address.parse().ok());
        Self { child, address: address.unwrap_or_else(|| panic!("the server said {line:?}")) }
    }

    /// The address of a page.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end.
    pub fn ended(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
