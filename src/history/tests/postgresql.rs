//! What only a database server can do, and what can go wrong with one.

use std::thread;
use std::time::Duration;

use secrecy::SecretString;

use super::server::{server, unique};
use super::*;

fn refusal(address: &str) -> String {
    History::open(&Settings::of(address)).unwrap_err().to_string()
}

/// Does something as the owner of everything.
fn administer(commands: &str) {
    let address = server().address("tollgate", "postgres", "");
    ::postgres::Client::connect(&address, ::postgres::NoTls).unwrap().batch_execute(commands).unwrap();
}

fn fresh() -> Fresh {
    Fresh::new(Store::Postgres)
}

fn url(fresh: &Fresh) -> SecretString {
    let Settings::Postgres { url } = &fresh.settings else { panic!() };
    url.clone()
}

#[test]
fn a_server_that_cannot_be_reached_is_said() {
    let message = refusal("postgres://me@%2Ftmp%2Fno-such-folder/db");
    assert!(
        message.starts_with(
            "the history `postgres:///tmp/no-such-folder/db` cannot be reached (error connecting to server: "
        ),
        "{message}"
    );
    assert!(
        message
            .ends_with("\n\nhint: check that the server runs and is to be reached from here under this name and port"),
        "{message}"
    );
}

#[test]
fn whoever_is_not_let_in_is_told_and_never_the_password() {
    let role = unique();
    administer(
        "DO $$ BEGIN CREATE ROLE locked LOGIN PASSWORD 'right'; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
    );
    for user in ["locked:s3cr%40t", "locked"] {
        let message = refusal(&server().address(user, "postgres", &format!("schema={role}")));
        assert!(message.contains("/postgres?schema=") && message.contains("` does not let us in ("), "{message}");
        assert!(
            message.contains("\n\nhint: check user and password in the address, and that `pg_hba.conf`"),
            "{message}"
        );
        assert!(!message.contains("s3cr") && !message.contains("locked:"), "{message}");
    }
    let settings = Settings::of(&server().address("locked:right", "postgres", &format!("schema={role}")));
    assert!(!format!("{settings:?}").contains("right"));
    assert!(!settings.place().contains("right"));
    administer("GRANT CREATE ON DATABASE postgres TO locked");
    let history = History::open(&settings).unwrap();
    assert!(!format!("{history:?}").contains("right"), "{history:?}");
}

#[test]
fn a_database_that_does_not_exist_is_said() {
    let message = refusal(&server().address("tollgate", "nowhere", ""));
    assert!(
        message.contains(
            "/nowhere` does not exist (FATAL: database \"nowhere\" does not exist)\n\nhint: create it with `createdb`"
        ),
        "{message}"
    );
}

#[test]
fn a_user_who_may_not_make_a_schema_is_told() {
    administer("DO $$ BEGIN CREATE ROLE guest LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
    let message = refusal(&server().address("guest", "postgres", &format!("schema={}", unique())));
    assert!(message.contains("` is closed to this user (ERROR: permission denied for database postgres)"), "{message}");
    assert!(
        message.contains("\n\nhint: let the user of the address work there: `GRANT CREATE ON DATABASE"),
        "{message}"
    );
}

#[test]
fn a_read_only_server_can_be_read_and_says_so_when_it_is_written() {
    let mut owner = fresh();
    owner.record(&[observation("a/a", Some(1), 1, &[])]);
    let Settings::Postgres { url } = &owner.settings else { panic!() };
    let address =
        format!("{}&options=-c%20default_transaction_read_only%3Don", secrecy::ExposeSecret::expose_secret(url));
    let mut reader = History::open(&Settings::of(&address)).unwrap();
    assert_eq!(reader.load().unwrap(), owner.load());
    let error = reader.record(&[observation("a/b", Some(2), 1, &[])]).unwrap_err().to_string();
    assert!(error.contains("` cannot be written: it is read-only (ERROR: "), "{error}");
    assert!(error.contains("\n\nhint: name the primary server in the address"), "{error}");
}

#[test]
fn the_schema_of_another_program_is_refused_and_not_touched() {
    let schema = unique();
    administer(&format!("CREATE SCHEMA {schema}; CREATE TABLE {schema}.bookmark (url text)"));
    let message = refusal(&server().address("tollgate", "postgres", &format!("schema={schema}")));
    assert!(
        message.contains(&format!(
            "?schema={schema}` belongs to another program\n\nhint: name a schema of its own with `?schema=NAME`"
        )),
        "{message}"
    );
    administer(&format!("SELECT url FROM {schema}.bookmark; DROP TABLE {schema}.bookmark"));
    History::open(&Settings::of(&server().address("tollgate", "postgres", &format!("schema={schema}")))).unwrap();
}

#[test]
fn a_newer_schema_is_refused() {
    let fresh = fresh();
    let place = fresh.settings.place();
    let schema = place.split_once("schema=").unwrap().1;
    administer(&format!("UPDATE {schema}.tollgate SET version = 99"));
    let error = History::open(&fresh.settings).unwrap_err();
    assert!(matches!(error, Error::Newer { found: 99, .. }));
    assert!(error.to_string().contains("has schema 99, but this version of Tollgate knows schemas up to "));
}

#[test]
fn a_filled_schema_of_the_first_version_takes_the_missing_steps() {
    use crate::history::postgresql::migrate::{STEPS, migrate};
    let schema = unique();
    let address = server().address("tollgate", "postgres", "");
    let mut client = ::postgres::Client::connect(&address, ::postgres::NoTls).unwrap();
    client.batch_execute(&format!("SET search_path TO {schema}")).unwrap();
    migrate(&mut client, &schema, &STEPS[..1]).unwrap();
    client.batch_execute("INSERT INTO repository (host, github_id, seen) VALUES ('h', 1, 1); INSERT INTO name VALUES (1, 'a/a', 1); INSERT INTO day VALUES (1, 9, 5, 2, NULL, NULL)").unwrap();
    let history =
        History::open(&Settings::of(&server().address("tollgate", "postgres", &format!("schema={schema}")))).unwrap();
    assert_eq!(history.load().unwrap()[0].traffic.series().days().len(), 1);
    assert_eq!(STEPS.len(), crate::history::migrate::STEPS.len(), "both stores go forward together");
}

#[test]
fn a_rehearsal_brings_no_schema_up_to_date_and_makes_none() {
    let fresh = fresh();
    let place = fresh.settings.place();
    let schema = place.split_once("schema=").unwrap().1;
    assert!(History::open_to_rehearse(&fresh.settings).unwrap().1.is_none());
    administer(&format!("UPDATE {schema}.tollgate SET version = 1"));
    let error = History::open_to_rehearse(&fresh.settings).unwrap_err().to_string();
    assert!(
        error.contains("` has a schema that is to be brought up to date first\n\nhint: run `tollgate collect`, or"),
        "{error}"
    );
    let absent = Settings::of(&server().address("tollgate", "postgres", "schema=never_made"));
    assert!(History::open_to_rehearse(&absent).unwrap().1.is_some());
    assert!(History::open_to_rehearse(&absent).unwrap().1.is_some(), "it was not made");
}

#[test]
fn what_is_recorded_as_the_connection_is_lost_is_recorded_again() {
    let mut fresh = fresh();
    let History::Postgres(postgres) = &mut fresh.history else { panic!() };
    let times = std::cell::Cell::new(0);
    let written = postgres.write_again(|session| {
        let done = record::record(session, &[observation("a/a", Some(1), 1, &[])])?;
        times.set(times.get() + 1);
        if times.get() == 1 {
            let own = session.first("SELECT pg_backend_pid()::bigint", &[], |row| row.integer(0))?.unwrap();
            administer(&format!("SELECT pg_terminate_backend({own})"));
        }
        session.first("SELECT 1::bigint", &[], |row| row.integer(0))?;
        Ok(done)
    });
    assert_eq!((written.unwrap().repositories, times.get()), (1, 2));
    assert_eq!(fresh.load().len(), 1);
}

#[test]
fn a_connection_that_is_lost_in_the_middle_records_nothing_and_is_made_anew() {
    let mut fresh = fresh();
    fresh.record(&[observation("a/a", Some(1), 1, &[views(0, 1, 1)])]);
    let before = fresh.load();
    let lost = fresh.history.write(|session| {
        record::record(session, &[observation("a/b", Some(2), 1, &[])])?;
        let own = session.first("SELECT pg_backend_pid()::bigint", &[], |row| row.integer(0))?.unwrap();
        administer(&format!("SELECT pg_terminate_backend({own})"));
        record::record(session, &[observation("a/c", Some(3), 1, &[])])
    });
    let message = lost.unwrap_err().to_string();
    assert!(message.contains("` was lost in the middle (") && message.contains("\n\nhint: run again: "), "{message}");
    assert_eq!(fresh.load(), before);
    assert_eq!(fresh.record(&[observation("a/b", Some(2), 1, &[])]).repositories, 1);
}

#[test]
fn many_may_open_a_new_history_and_record_the_same_at_once() {
    let schema = unique();
    let settings = Settings::of(&server().address("tollgate", "postgres", &format!("schema={schema}")));
    let seen = |n: u64| {
        let days: Vec<Day> = (0..14).map(|d| views(d, (d * 7 + n * 5) % 11, n % 3)).collect();
        observation("a/a", (!n.is_multiple_of(4)).then_some(1), n % 5, &days)
    };
    thread::scope(|scope| {
        for n in 0..8 {
            let (settings, seen) = (&settings, &seen);
            scope.spawn(move || {
                let mut history = History::open(settings).unwrap();
                (n..n + 4).for_each(|n| assert!(history.record(&[seen(n)]).is_ok()));
            });
        }
    });
    let mut alone = fresh();
    (0..12).for_each(|n| assert!(alone.history.record(&[seen(n)]).is_ok()));
    assert_eq!(History::open(&settings).unwrap().load().unwrap(), alone.load());
}

#[test]
fn the_way_to_a_server_is_protected_by_a_certificate_that_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authority.pem");
    std::fs::write(&file, &server().certificate).unwrap();
    let address = |parameters: &str| {
        format!("postgres://tollgate@localhost:{}/postgres?schema={}&{parameters}", server().port, unique())
    };
    let protected = format!("sslmode=require&sslrootcert={}", file.display());
    let history = History::open(&Settings::of(&address(&protected))).unwrap();
    let ciphers = "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    assert!(history.read(|session| Ok(rows(session, ciphers))).unwrap()[0].contains("TLSv1.3"));
    let message = refusal(&address("sslmode=require"));
    assert!(message.contains("` cannot be reached over TLS (error performing TLS handshake: "), "{message}");
    assert!(
        message.contains(
            "\n\nhint: name the file of the authority that signed the server's certificate with `&sslrootcert=FILE`"
        ),
        "{message}"
    );
    let message = refusal(&address("sslmode=require&sslrootcert=/no/such.pem"));
    assert!(message.contains("` cannot be reached over TLS (`/no/such.pem`: "), "{message}");
    let message = refusal(&address("sslmode=disable"));
    assert!(message.contains("` does not let us in (FATAL: no pg_hba.conf entry"), "{message}");
}

#[test]
fn an_address_that_cannot_be_is_refused_without_being_told() {
    for (address, why) in [
        ("postgres://me:s3cret@host:port/db", "cannot be read as the address of a database"),
        ("postgres://me:s3cret@/db", "names no host"),
        ("postgres://me:s3cret@host/db?schema=A%20B", "has a `schema` that is no name"),
        ("postgres://me:s3cret@host/db?schema=x\";drop", "has a `schema` that is no name"),
        ("postgres://me:s3cret@host/db?sslmode=allow", "has an `sslmode` other than"),
        ("postgres://me:s3cret@host/db?colour=red", "cannot be read as the address of a database"),
    ] {
        let message = refusal(address);
        assert!(message.starts_with(&format!("the address of the history {why}")), "{message}");
        assert!(message.contains("\n\nhint: write `postgres://USER:PASSWORD@HOST:PORT/DATABASE`"), "{message}");
        assert!(!message.contains("s3cret"), "{message}");
    }
}

#[test]
fn collectors_share_the_lock_and_nobody_else_does() {
    let fresh = fresh();
    let url = url(&fresh);
    let take = |purpose, holder| Lock::take(&url, purpose, holder).unwrap();
    let first = take(Purpose::Collect, "tollgate nightly").unwrap();
    let second = take(Purpose::Collect, "tollgate collect").unwrap();
    let told = take(Purpose::Alone, "tollgate import").unwrap_err();
    assert!(
        told.starts_with("`tollgate ") && told.contains("` from this machine, since 20") && told.ends_with(" UTC"),
        "{told}"
    );
    let publishing = take(Purpose::Publish, "tollgate build").unwrap();
    assert!(take(Purpose::Publish, "tollgate build").unwrap_err().starts_with("`tollgate build`"));
    drop((first, second));
    let alone = take(Purpose::Alone, "tollgate import").unwrap();
    assert!(take(Purpose::Collect, "tollgate collect").unwrap_err().starts_with("`tollgate import`"));
    drop(alone);
    let waiting = thread::spawn({
        let url = url.clone();
        move || Lock::take(&url, Purpose::PublishInTurn, "tollgate nightly").unwrap().unwrap()
    });
    thread::sleep(Duration::from_millis(50));
    assert!(!waiting.is_finished());
    drop(publishing);
    waiting.join().unwrap();
    let other = super::Fresh::new(Store::Postgres);
    let _alone = take(Purpose::Alone, "tollgate import").unwrap();
    assert!(
        Lock::take(&self::url(&other), Purpose::Alone, "tollgate import").unwrap().is_ok(),
        "each schema has its own"
    );
}

fn queue(fresh: &Fresh, names: &[&str]) -> Queue {
    let names: Vec<SourceName> = names.iter().map(|name| name.parse().unwrap()).collect();
    Queue::open(&fresh.settings, &names).unwrap()
}

fn next(queue: &mut Queue) -> Option<String> {
    queue.take(true).unwrap().map(|name| name.to_string())
}

#[test]
fn two_collectors_share_the_sources_and_each_is_collected_once() {
    let fresh = fresh();
    let (mut one, mut two) = (queue(&fresh, &["a", "b", "c"]), queue(&fresh, &["b", "c", "a"]));
    assert_eq!(next(&mut one).as_deref(), Some("a"));
    assert_eq!(next(&mut two).as_deref(), Some("b"));
    assert_eq!(next(&mut one).as_deref(), Some("c"));
    let waiting = thread::spawn(move || (next(&mut two), two));
    thread::sleep(Duration::from_millis(50));
    assert!(!waiting.is_finished(), "it waits for what the other is at");
    assert_eq!(next(&mut one), None);
    assert_eq!(waiting.join().unwrap().0, None);
    drop(one);
    let mut again = queue(&fresh, &["a"]);
    assert_eq!(next(&mut again).as_deref(), Some("a"), "another round of the same machine");
}

#[test]
fn two_collectors_of_one_machine_are_two() {
    let fresh = fresh();
    let mut one = queue(&fresh, &["a", "b"]);
    assert_eq!([next(&mut one).as_deref(), next(&mut one).as_deref()], [Some("a"), Some("b")]);
    let mut late = queue(&fresh, &["a", "b", "c"]);
    assert_eq!(next(&mut late).as_deref(), Some("c"), "`a` is done, and `b` is at work");
}

#[test]
fn a_source_that_failed_is_left_to_others_and_not_tried_again() {
    let fresh = fresh();
    let (mut one, mut two) = (queue(&fresh, &["a", "b"]), queue(&fresh, &["a", "b"]));
    assert_eq!(next(&mut one).as_deref(), Some("a"));
    assert_eq!(one.take(false).unwrap().map(|name| name.to_string()).as_deref(), Some("b"));
    assert_eq!(next(&mut two).as_deref(), Some("a"));
    assert_eq!(one.take(false).unwrap(), None);
    assert_eq!([next(&mut two).as_deref(), next(&mut two).as_deref()], [Some("b"), None]);
}

#[test]
fn a_lock_outlasts_what_a_server_allows_idle_connections() {
    let fresh = fresh();
    let Settings::Postgres { url } = &fresh.settings else { panic!() };
    let impatient = "options=-c%20idle_session_timeout%3D50%20-c%20idle_in_transaction_session_timeout%3D50";
    let address = format!("{}&{impatient}", secrecy::ExposeSecret::expose_secret(url));
    let _lock = Lock::take(&SecretString::from(address.as_str()), Purpose::Alone, "tollgate import").unwrap().unwrap();
    let mut queue = Queue::open(&Settings::of(&address), &["a".parse().unwrap()]).unwrap();
    assert_eq!(next(&mut queue).as_deref(), Some("a"));
    thread::sleep(Duration::from_millis(300));
    let held = Lock::take(&self::url(&fresh), Purpose::Alone, "tollgate forget").unwrap();
    assert!(held.unwrap_err().starts_with("`tollgate import`"));
    assert_eq!(next(&mut queue), None, "its transaction is still there");
}

#[test]
fn a_source_whose_collector_is_gone_goes_to_the_one_who_waits() {
    let fresh = fresh();
    let (mut one, mut two) = (queue(&fresh, &["a", "b"]), queue(&fresh, &["a", "b"]));
    assert_eq!(next(&mut one).as_deref(), Some("a"));
    assert_eq!(next(&mut two).as_deref(), Some("b"));
    let waiting = thread::spawn(move || (next(&mut two), next(&mut two)));
    thread::sleep(Duration::from_millis(50));
    drop(one);
    assert_eq!(waiting.join().unwrap(), (Some("a".to_owned()), None));
}

#[test]
fn what_another_machine_finished_just_before_is_not_collected_again() {
    let fresh = fresh();
    let mut first = queue(&fresh, &["a", "b"]);
    while next(&mut first).is_some() {}
    let place = fresh.settings.place();
    let schema = place.split_once("schema=").unwrap().1;
    administer(&format!("UPDATE {schema}.queue SET collector = '192.0.2.7'"));
    assert_eq!(next(&mut queue(&fresh, &["a", "b"])), None);
    administer(&format!(
        "UPDATE {schema}.queue SET finished = finished - 31 * 60 * 1000000::bigint WHERE source = 'b'"
    ));
    assert_eq!(next(&mut queue(&fresh, &["a", "b"])).as_deref(), Some("b"));
}

#[test]
fn alone_with_a_file_one_collects_everything_in_order() {
    let fresh = Fresh::new(Store::Sqlite);
    let mut queue = queue(&fresh, &["b", "a"]);
    assert_eq!([next(&mut queue), next(&mut queue), next(&mut queue)], [Some("b".into()), Some("a".into()), None]);
}
