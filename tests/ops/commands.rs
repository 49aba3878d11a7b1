//! The command line as a person meets it: the real binary, its settings and its refusals.

use std::{fs, net::TcpListener};

use super::process::{KEY, Server, galley, refused, run, said};
use crate::releases::agent;

fn line<'a>(text: &'a str, what: &str) -> &'a str {
    text.lines().find(|line| line.contains(what)).unwrap_or_else(|| panic!("no {what} in {text}"))
}

#[test]
fn a_flag_wins_over_a_variable_over_the_file_over_the_default() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("galley.toml"), "addr = \"127.0.0.1:4001\"\nsession_idle = \"1h\"\n").unwrap();
    let found = |file: bool, variable: bool, flag: bool| {
        let mut command = galley(folder.path(), &["doctor"]);
        if file {
            command.env("GALLEY_CONFIG", "galley.toml");
        }
        if variable {
            command.env("GALLEY_ADDR", "127.0.0.1:4002");
        }
        if flag {
            command.args(["--addr", "127.0.0.1:4003"]);
        }
        String::from_utf8(run(command, "").stdout).unwrap()
    };
    for (file, variable, flag, port) in
        [(false, false, false, 3000), (true, false, false, 4001), (true, true, false, 4002), (true, true, true, 4003)]
    {
        let text = found(file, variable, flag);
        assert!(line(&text, "GALLEY_ADDR").ends_with(&format!(":{port}")), "{text}");
        assert!(line(&text, "GALLEY_SESSION_IDLE").ends_with(if file { " 3600 s" } else { " 86400 s" }), "{text}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "doctor made a file");
}

#[test]
fn a_wrong_setting_is_one_line_with_its_name_and_what_was_expected() {
    let folder = tempfile::tempdir().unwrap();
    for (variable, value, expected) in [
        ("GALLEY_ADDR", "here", "expected an address and a port, such as 127.0.0.1:3000 or [::1]:3000, not \"here\""),
        ("GALLEY_DATABASE_URL", "mysql://me:canary@db/x", "expected sqlite://PATH or postgres://"),
        ("GALLEY_PUBLIC_URL", "galley.example", "expected http:// or https://"),
        ("GALLEY_SECRET_KEY", "canary", "expected 64 hex digits"),
        ("GALLEY_OPEN_SIGN_UP", "maybe", "expected true or false, not \"maybe\""),
        ("GALLEY_SESSION_IDLE", "soon", "expected a number with s, m, h or d"),
        ("GALLEY_ANSWER_TIMEOUT", "0", "expected a number with s, m or h"),
        ("GALLEY_TRUSTED_PROXIES", "proxy", "expected addresses with commas"),
        ("GALLEY_LOG", "galley=loud", "expected error, warn, info"),
        ("GALLEY_LOG_FORMAT", "xml", "expected text or json, not \"xml\""),
        ("GALLEY_OPENAI_BASE_URL", "localhost", "expected http:// or https://"),
        ("GALLEY_CONFIG", "none.toml", "the settings file none.toml: "),
    ] {
        let mut command = galley(folder.path(), &[]);
        command.env(variable, value);
        let (code, text) = refused(command);
        assert_eq!((code, text.lines().count()), (2, 1), "{text}");
        assert!(text.starts_with("galley: "), "{text}");
        assert!(variable == "GALLEY_CONFIG" || text.contains(variable), "{text}");
        assert!(text.contains(expected), "{text}");
        assert!(!text.contains("canary"), "{text}");
    }
    let (code, text) = refused({
        let mut command = galley(folder.path(), &["serve"]);
        command.env("GALLEY_DATABASE_URL", "postgres://me:canary@127.0.0.1:1/galley");
        command
    });
    assert_eq!((code, text.lines().count()), (2, 1), "{text}");
    assert!(
        text.starts_with("galley: GALLEY_SECRET_KEY: expected 64 hex digits") && !text.contains("canary"),
        "{text}"
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "a start that was refused made a file");
}

#[test]
fn the_help_names_every_setting_and_shows_no_value() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["--help"][..], &["serve", "--help"], &["backup", "--help"]] {
        let mut command = galley(folder.path(), arguments);
        command.env("GALLEY_SECRET_KEY", "canary").env("GALLEY_DATABASE_URL", "canary").env("GALLEY_ADDR", "canary");
        let text = said(command, "");
        assert!(!text.contains("canary"), "{text}");
        for name in ["CONFIG", "DATABASE_URL", "ADDR", "PUBLIC_URL", "SECRET_KEY", "LOG_FORMAT", "OPENAI_API_KEY"] {
            assert!(text.contains(&format!("[env: GALLEY_{name}]")), "{name} is missing in {text}");
        }
    }
}

#[test]
fn a_taken_port_is_said_and_no_database_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, text) = refused(galley(folder.path(), &["--addr", &address]));
    assert_eq!(code, 1);
    assert!(text.contains(&format!("cannot listen on {address}: another program listens there")), "{text}");
    assert!(!folder.path().join("data/galley.db").exists());
}

#[test]
fn a_backup_needs_a_database_and_a_spoilt_key_file_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let (code, text) = refused(galley(folder.path(), &["backup", "galley.backup"]));
    assert_eq!(code, 1);
    assert!(text.contains("there is no database at data/galley.db"), "{text}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/secret.key"), "short").unwrap();
    let (code, text) = refused(galley(folder.path(), &[]));
    assert_eq!(code, 2);
    assert!(text.contains("data/secret.key does not hold 64 hex digits"), "{text}");
}

both_engines! {
    async fn the_commands_work_while_the_server_runs(app: TestApp) {
        let folder = tempfile::tempdir().unwrap();
        let url = app.core.settings.database_url.clone();
        let ada = app.admin().await;
        let command = |arguments: &[&str]| {
            let mut command = galley(folder.path(), arguments);
            command.env("GALLEY_DATABASE_URL", &url).env("GALLEY_SECRET_KEY", KEY);
            command.env("GALLEY_PUBLIC_URL", "https://galley.example");
            command
        };
        let mut server = Server::start(folder.path(), &url);

        assert!(said(command(&["migrate"]), "").starts_with("The database is up to date (schema "));
        let create = ["admin", "create", "--email", "root@example.com", "--password-stdin"];
        let text = said(command(&create), "a long password for root\n");
        assert!(text.contains("root@example.com is an admin of Workshop"), "{text}");
        assert_eq!(app.number("SELECT COUNT(*) FROM memberships WHERE role = 'admin'").await, 2);
        let (code, text) = refused(command(&["admin", "create", "--email", "root"]));
        assert!(code == 2 && text.contains("--password-stdin"), "{text}");
        let output = run(command(&["admin", "create", "--email", "x@example.com", "--password-stdin"]), "short\n");
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8(output.stderr).unwrap().starts_with("galley: password: "));

        let link = said(command(&["admin", "reset-link", "--email", &ada.email]), "");
        assert!(link.starts_with("https://galley.example/reset?token="), "{link}");
        assert_eq!(app.number("SELECT COUNT(*) FROM reset_links").await, 1);
        let (code, text) = refused(command(&["admin", "reset-link", "--email", "nobody@example.com"]));
        assert!(code == 1 && text.contains("no account with the address nobody@example.com"), "{text}");

        agent(&app, &ada, "one").await;
        let text = said(command(&["backup", "galley.backup"]), "");
        assert!(text.contains("1 agents, 1 drafts, 0 releases, 2 accounts"), "{text}");
        assert!(text.contains("secret key"), "{text}");
        agent(&app, &ada, "two").await;
        let (code, text) = refused(command(&["restore", "galley.backup"]));
        assert!(code == 1 && text.contains("holds 2 agents") && text.contains("--yes"), "{text}");
        assert_eq!(app.number("SELECT COUNT(*) FROM agents").await, 2);
        let text = said(command(&["restore", "galley.backup", "--yes"]), "");
        assert!(text.contains("1 agents, 1 drafts"), "{text}");
        assert_eq!(app.number("SELECT COUNT(*) FROM agents").await, 1);

        let output = run(command(&["doctor"]), "");
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(line(&text, "schema").starts_with("ok"), "{text}");
        assert!(line(&text, "content").contains("2 accounts, 1 agents"), "{text}");
        assert!(!text.contains(KEY), "{text}");

        server.signal("TERM");
        assert!(server.ended().success());
    }
}
