use std::path::Path;

use super::*;

fn load(flags: &Flags, variables: &[(&str, &str)]) -> Result<Settings, String> {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Settings::load(flags, &variables).map_err(|error| error.to_string())
}

/// A configuration file that is gone after the test.
struct Written(PathBuf);

impl Written {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("hospes-{}-{name}.toml", std::process::id()));
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    fn flags(&self) -> Flags {
        Flags { config: Some(self.0.clone()), ..Flags::default() }
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        let _gone = std::fs::remove_file(&self.0);
    }
}

#[test]
fn without_a_word_it_listens_locally_and_keeps_a_file() {
    let settings = load(&Flags::default(), &[]).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.database, Location::Sqlite("hospes.db".into()));
    assert_eq!((settings.key, settings.admin_token), (KeySource::Unsaid, None));
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let file = Written::new("order", "listen = '127.0.0.1:1'\ndatabase = 'sqlite:file.db'\nlog = 'warn'");
    let variables = [("HOSPES_LISTEN", "127.0.0.1:2"), ("HOSPES_DATABASE", "sqlite:variable.db")];
    let flags = Flags { listen: Some("127.0.0.1:3".to_owned()), ..file.flags() };
    let settings = load(&flags, &variables).unwrap();
    assert_eq!(settings.listen.port(), 3);
    assert_eq!(settings.database, Location::Sqlite("variable.db".into()));
    assert_eq!(settings.log.filter, "warn");
}

#[test]
fn private_addresses_are_listed_in_the_file_or_with_commas() {
    let file = Written::new("egress", "egress_allow = ['erp.intranet:8443', '10.1.0.0/16']");
    assert_eq!(load(&file.flags(), &[]).unwrap().egress_allow.len(), 2);
    let settings =
        load(&Flags::default(), &[("HOSPES_EGRESS_ALLOW", "127.0.0.1:8081, 10.0.0.0/8,")]).unwrap();
    let shown: Vec<String> = settings.egress_allow.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["127.0.0.1:8081", "10.0.0.0/8"]);
}

#[test]
fn a_key_of_digits_stays_a_text_and_doesnt_show() {
    let digits = "1".repeat(64);
    let settings = load(&Flags::default(), &[("HOSPES_KEY", &digits)]).unwrap();
    assert_eq!(settings.key, KeySource::Text(digits.clone()));
    assert!(!format!("{settings:?}").contains(&digits));
}

#[test]
fn what_is_wrong_is_named_with_its_place_and_the_remedy() {
    let unknown = Written::new("unknown", "listn = '127.0.0.1:1'");
    let error = load(&unknown.flags(), &[]).unwrap_err();
    assert!(error.contains("listn") && error.contains("listen") && error.contains("unknown.toml"), "{error}");

    for (name, value, hint) in [
        ("HOSPES_LISTEN", "8080", "127.0.0.1:8080"),
        ("HOSPES_DATABASE", "mysql://x", "sqlite:FILE or postgres://"),
        ("HOSPES_EGRESS_ALLOW", "intranet", "10.1.0.0/16"),
        ("HOSPES_PUBLIC_URL", "crm.example.com", "https://crm.example.com"),
        ("HOSPES_LOG", "hospes=loud", "hospes=debug"),
        ("HOSPES_LOG_FORMAT", "xml", "text or json"),
        ("HOSPES_ADMIN_TOKEN", "hsp_short", "openssl rand"),
        ("HOSPES_CONFIG", "/nowhere/hospes.toml", "--config"),
    ] {
        let error = load(&Flags::default(), &[(name, value)]).unwrap_err();
        assert!(error.contains(hint) && error.contains(name), "{error}");
    }
    let secret = load(&Flags::default(), &[("HOSPES_ADMIN_TOKEN", "hsp_short")]).unwrap_err();
    assert!(!secret.contains("hsp_short"), "{secret}");
    let both = load(&Flags::default(), &[("HOSPES_KEY", "a"), ("HOSPES_KEY_FILE", "b")]).unwrap_err();
    assert!(both.contains("not both"), "{both}");
}

#[test]
fn other_commands_variables_are_left_alone_and_empty_ones_count_as_none() {
    let settings = load(&Flags::default(), &[("HOSPES_TOKEN", "hsp_x"), ("HOSPES_LISTEN", "")]).unwrap();
    assert_eq!(settings.listen.port(), 8080);
}

#[test]
fn the_public_address_loses_its_last_slash() {
    let settings = load(&Flags::default(), &[("HOSPES_PUBLIC_URL", "https://crm.example.com/")]).unwrap();
    assert_eq!(settings.public_url.as_deref(), Some("https://crm.example.com"));
}

#[test]
fn a_relay_is_a_host_with_its_usual_port_and_its_password_doesnt_show() {
    let relay = |variables: &[(&str, &str)]| match load(&Flags::default(), variables).unwrap().smtp {
        Some(RelaySettings::Server(server)) => server,
        other => panic!("{other:?} is no server"),
    };
    assert!(load(&Flags::default(), &[]).unwrap().smtp.is_none());
    for (address, tls, host, port) in [
        ("mail.example.com", "starttls", "mail.example.com", 587),
        ("mail.example.com:2525", "tls", "mail.example.com", 2525),
        ("mail.example.com", "tls", "mail.example.com", 465),
        ("[::1]:25", "none", "::1", 25),
        ("127.0.0.1", "none", "127.0.0.1", 25),
    ] {
        let smtp = relay(&[("HOSPES_SMTP_RELAY", address), ("HOSPES_SMTP_TLS", tls)]);
        assert_eq!((smtp.host.as_str(), smtp.port), (host, port));
    }
    let secret = [
        ("HOSPES_SMTP_RELAY", "mail.example.com"),
        ("HOSPES_SMTP_USER", "crm"),
        ("HOSPES_SMTP_PASSWORD", "pa55word"),
    ];
    let (user, password) = relay(&secret).credentials.unwrap();
    assert_eq!((user.as_str(), password.expose()), ("crm", "pa55word"));
    assert!(!format!("{:?}", load(&Flags::default(), &secret).unwrap()).contains("pa55word"));
    let folder = load(&Flags::default(), &[("HOSPES_SMTP_RELAY", "folder:/tmp/mails")]).unwrap().smtp;
    assert!(matches!(folder, Some(RelaySettings::Folder(path)) if path == Path::new("/tmp/mails")));
}

#[test]
fn a_relay_that_makes_no_sense_is_refused_with_the_remedy() {
    let relay = ("HOSPES_SMTP_RELAY", "mail.example.com");
    for (variables, hint) in [
        (vec![("HOSPES_SMTP_RELAY", "smtp://mail.example.com")], "mail.example.com:587"),
        (vec![("HOSPES_SMTP_RELAY", "me@mail.example.com")], "mail.example.com:587"),
        (vec![("HOSPES_SMTP_RELAY", "mail.example.com:99999")], "mail.example.com:587"),
        (vec![relay, ("HOSPES_SMTP_TLS", "ssl")], "starttls, tls or none"),
        (vec![relay, ("HOSPES_SMTP_USER", "crm")], "smtp_password"),
        (vec![relay, ("HOSPES_SMTP_PASSWORD", "x")], "smtp_user"),
        (vec![("HOSPES_SMTP_USER", "crm")], "smtp_relay"),
        (vec![("HOSPES_SMTP_RELAY", "folder:")], "folder behind it"),
        (vec![("HOSPES_SMTP_RELAY", "folder:/tmp/a"), ("HOSPES_SMTP_TLS", "tls")], "smtp_relay"),
        (
            vec![
                relay,
                ("HOSPES_SMTP_TLS", "none"),
                ("HOSPES_SMTP_USER", "a"),
                ("HOSPES_SMTP_PASSWORD", "b"),
            ],
            "starttls or tls",
        ),
    ] {
        let error = load(&Flags::default(), &variables).unwrap_err();
        assert!(error.contains(hint), "{variables:?}: {error}");
    }
}

#[test]
fn the_company_has_a_name_and_a_logo_or_neither() {
    let settings = load(
        &Flags::default(),
        &[("HOSPES_COMPANY_NAME", " 净水 "), ("HOSPES_COMPANY_LOGO", "/srv/logo.svg")],
    );
    let settings = settings.unwrap();
    assert_eq!(settings.company_name.as_deref(), Some("净水"));
    assert_eq!(settings.company_logo.as_deref(), Some(std::path::Path::new("/srv/logo.svg")));
    let long = "x".repeat(101);
    let error = load(&Flags::default(), &[("HOSPES_COMPANY_NAME", &long)]).unwrap_err();
    assert!(error.contains("at most 100 characters") && error.contains("HOSPES_COMPANY_NAME"), "{error}");
    assert_eq!(load(&Flags::default(), &[]).unwrap().company_name, None);
}
