use super::*;

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

fn load(settings: Settings, key: Option<&str>) -> Result<Config, Vec<&'static str>> {
    let env = |name: &str| match name {
        "ONEVISIT_MASTER_KEY" => key.map(str::to_owned),
        "DATABASE_URL" => None,
        other => panic!("{other} is read"),
    };
    Config::load(settings, env).map_err(|errors| errors.0.iter().map(|e| e.setting).collect())
}

fn real_site() -> Settings {
    Settings {
        public_url: Some("https://zwfw.example.gov.cn".into()),
        environment: Some("production".into()),
        ..Settings::default()
    }
}

#[test]
fn defaults_are_a_developers_machine() {
    let config = load(Settings::default(), None).unwrap();
    assert_eq!(config.environment, Environment::Development);
    assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(config.database_url.expose(), "sqlite://data/onevisit.db");
    assert_eq!(config.log_format, LogFormat::Text);
    assert!(!config.demo() && config.sandbox_client().is_none());
}

#[test]
fn the_common_name_of_the_database_serves_unless_ours_is_set() {
    let env = |name: &str| (name == "DATABASE_URL").then(|| "postgres://h/common".to_owned());
    let url = |settings| Config::load(settings, env).unwrap().database_url.expose().to_owned();
    assert_eq!(url(Settings::default()), "postgres://h/common");
    let own = Settings { database_url: Some("postgres://h/own".into()), ..Settings::default() };
    assert_eq!(url(own), "postgres://h/own");
}

#[test]
fn production_refuses_sandbox_and_demo_and_wants_https_and_key_all_at_once() {
    let settings = Settings {
        public_url: Some("http://zwfw.example.gov.cn".into()),
        demo: Some(true),
        sandbox_state: Some("sandbox".into()),
        ..real_site()
    };
    assert_eq!(load(settings, None).unwrap_err(), ["public-url", "master-key-file", "demo", "sandbox-state"]);
    let config = load(real_site(), Some(KEY)).unwrap();
    assert!(config.is_production() && config.public_url.https());
    assert_eq!(config.log_format, LogFormat::Json);
    assert_eq!(config.master_key().unwrap().expose()[31], 31);
}

#[test]
fn production_never_hands_out_the_sandbox_even_unchecked() {
    let settings = Settings { sandbox_state: Some("sandbox".into()), demo: Some(true), ..Settings::default() };
    let mut config = load(settings, None).unwrap();
    assert_eq!(config.sandbox_client(), Some(PathBuf::from("sandbox/client.json")));
    assert!(config.demo());
    config.environment = Environment::Production;
    assert_eq!(config.sandbox_client(), None);
    assert!(!config.demo() && config.master_key().is_err());
}

#[test]
fn a_real_host_name_is_production_unless_said_otherwise() {
    let settings = Settings { environment: None, sandbox_state: Some("sandbox".into()), ..real_site() };
    assert_eq!(load(settings, Some(KEY)).unwrap_err(), ["sandbox-state"]);
    for (url, environment) in [
        ("http://127.0.0.1:8080", Environment::Development),
        ("http://[::1]:8080", Environment::Development),
        ("http://localhost", Environment::Development),
        ("https://localhost.example.cn", Environment::Production),
    ] {
        let settings = Settings { public_url: Some(url.into()), ..Settings::default() };
        let config = load(settings, Some(KEY)).unwrap();
        assert_eq!(config.environment, environment, "{url}");
    }
}

#[test]
fn every_wrong_setting_is_named() {
    let settings = Settings {
        listen: Some("3000".into()),
        public_url: Some("https://a.cn/path".into()),
        database_url: Some("mysql://root:geheim@db/x".into()),
        environment: Some("prod".into()),
        trusted_proxies: vec!["10.0.0.0/40".into(), "127.0.0.1".into()],
        form_targets: vec!["https://pay.example.cn; script-src *".into()],
        rate_scale: Some(0.0),
        log_format: Some("xml".into()),
        virus_scanner: Some("127.0.0.1:3310".into()),
        config: Some("no-such-file.toml".into()),
        ..Settings::default()
    };
    let errors = Config::load(settings, |_| Some("00".repeat(32))).unwrap_err();
    let names: Vec<_> = errors.0.iter().map(|e| e.setting).collect();
    for name in [
        "listen",
        "public-url",
        "database-url",
        "environment",
        "trusted-proxies",
        "form-targets",
        "rate-scale",
        "log-format",
        "virus-scanner",
        "config",
        "master-key-file",
    ] {
        assert!(names.contains(&name), "{name} missing in {names:?}");
    }
    assert!(!errors.to_string().contains("geheim"));
}

#[test]
fn file_fills_what_the_command_line_left_open() {
    let path = std::env::temp_dir().join(format!("onevisit-{}.toml", std::process::id()));
    std::fs::write(&path, "listen = \"0.0.0.0:80\"\nrate-scale = 10\ntrusted-proxies = [\"10.0.0.0/8\"]\n").unwrap();
    let settings =
        Settings { config: Some(path.clone()), listen: Some("127.0.0.1:1234".into()), ..Settings::default() };
    let config = load(settings.clone(), None).unwrap();
    assert_eq!(config.listen.port(), 1234);
    assert_eq!(config.rates.posts, 600);
    assert_eq!(config.trusted_proxies.len(), 1);
    std::fs::write(&path, "lissen = \"0.0.0.0:80\"\n").unwrap();
    assert_eq!(load(settings, None).unwrap_err(), ["config"]);
    std::fs::remove_file(path).unwrap();
}

#[test]
fn command_line_reads_lists_and_flags() {
    use clap::Parser;
    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        settings: Settings,
    }
    let line = Line::try_parse_from(["onevisit", "--demo", "--trusted-proxies=10.0.0.0/8,fd00::/8"]).unwrap();
    assert_eq!(line.settings.demo, Some(true));
    assert_eq!(line.settings.trusted_proxies.len(), 2);
}

#[test]
fn secrets_do_not_show() {
    let settings = Settings { database_url: Some("postgres://app:geheim@db/onevisit".into()), ..real_site() };
    let shown = format!("{:?}", load(settings, Some(KEY)).unwrap());
    assert!(!shown.contains("geheim") && !shown.contains("0, 1, 2"), "{shown}");
}

#[test]
fn development_key_is_made_once() {
    let dir = std::env::temp_dir().join(format!("onevisit-key-{}", std::process::id()));
    let settings = Settings { data_dir: Some(dir.clone()), ..Settings::default() };
    let config = load(settings, None).unwrap();
    let first = config.master_key().unwrap();
    assert!(first == config.master_key().unwrap());
    std::fs::remove_dir_all(dir).unwrap();
}
