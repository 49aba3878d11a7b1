//! The optional TOML file: its values become the defaults of the flags, so that flags and variables win over it.

use std::path::Path;

use clap::Command;

/// The settings that a file may hold: those that have a variable, but for the file's own name.
fn known(command: &Command) -> Vec<&str> {
    let settings = command.get_arguments().filter(|argument| argument.get_env().is_some());
    settings.map(|argument| argument.get_id().as_str()).filter(|id| *id != "config").collect()
}

/// Makes the file's values the defaults of `command`.
///
/// # Errors
/// When the file cannot be read, is no TOML or names what is no setting; the text says which.
pub fn apply(command: Command, path: &Path) -> Result<Command, String> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("the settings file {}: {error}", path.display()))?;
    read(command, &text).map_err(|what| format!("the settings file {}: {what}", path.display()))
}

fn read(mut command: Command, text: &str) -> Result<Command, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map_or(1, |span| text.get(..span.start).unwrap_or_default().lines().count().max(1));
        format!("line {line}: {}", error.message().replace('\n', " "))
    })?;
    for (name, value) in table {
        if !known(&command).contains(&name.as_str()) {
            return Err(format!("`{name}` is no setting; known are {}", known(&command).join(", ")));
        }
        let text = plain(&value).ok_or_else(|| format!("{name}: expected one value or a list of them"))?;
        // clap keeps a default for as long as the program runs, and this happens once.
        let text: &'static str = text.leak();
        command = command.mut_arg(name, |argument| argument.default_value(text));
    }
    Ok(command)
}

/// A value as the environment would hold it.
fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Float(number) => Some(number.to_string()),
        toml::Value::Boolean(switch) => Some(switch.to_string()),
        toml::Value::Array(list) => list.iter().map(plain).collect::<Option<Vec<_>>>().map(|list| list.join(",")),
        toml::Value::Datetime(_) | toml::Value::Table(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, FromArgMatches as _};

    use super::*;
    use crate::server::settings::Options;

    // Without the environment, which a test cannot choose.
    fn command() -> Command {
        let command = Options::augment_args(Command::new("galley"));
        let ids: Vec<String> = command.get_arguments().map(|argument| argument.get_id().to_string()).collect();
        ids.into_iter().fold(command, |command, id| {
            let name = format!("GALLEY_FILE_TEST_{}", id.to_uppercase()).leak() as &'static str;
            command.mut_arg(id, |argument| argument.env(name))
        })
    }

    fn options(text: &str, flags: &[&str]) -> Result<Options, String> {
        let arguments = ["galley"].iter().chain(flags);
        let matches = read(command(), text)?.try_get_matches_from(arguments).map_err(|error| error.to_string())?;
        Options::from_arg_matches(&matches).map_err(|error| error.to_string())
    }

    #[test]
    fn the_file_wins_over_defaults_and_flags_win_over_the_file() {
        let text = "addr = \"127.0.0.1:4000\"\nopen_sign_up = true\nsession_idle = 600\ntrusted_proxies = [\"10.0.0.1\", \"::1\"]";
        let read = options(text, &[]).unwrap();
        assert_eq!(read.addr.port(), 4000);
        assert!(read.open_sign_up);
        assert_eq!((read.session_idle, read.answer_timeout), (600, 120));
        assert_eq!(read.trusted_proxies.0.len(), 2);

        let read = options(text, &["--addr", "127.0.0.1:5000", "--open-sign-up=false"]).unwrap();
        assert_eq!(read.addr.port(), 5000);
        assert!(!read.open_sign_up);
        assert_eq!(read.session_idle, 600);
    }

    #[test]
    fn what_is_no_setting_is_named() {
        for (text, named) in [
            ("adr = 1", "`adr` is no setting"),
            ("config = \"x\"", "`config` is no setting"),
            ("[server]\naddr = \"x\"", "`server` is no setting"),
            ("addr = { port = 1 }", "addr: expected one value"),
            ("log = \"info\"\naddr = ", "line 2: "),
            ("addr = \"here\"", "an address and a port"),
        ] {
            let error = options(text, &[]).unwrap_err();
            assert!(error.contains(named), "for {text:?}: {error}");
        }
    }
}
