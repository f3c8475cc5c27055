//! The week in short: a real mail server under TLS, a webhook, a real edge.

use crate::support::mail::{MailServer, Mood, webhook};
use crate::support::{Authority, Client, Ran, World};

/// A world with a release whose `viewer` week goes to two readers and a channel.
struct Post {
    world: World,
    server: MailServer,
    hook: String,
    posted: std::sync::Arc<std::sync::Mutex<Vec<serde_json::Value>>>,
}

impl Post {
    fn new(weekday: &str) -> Post {
        let (world, authority) = (World::new(), Authority::new("for mails"));
        let server = MailServer::start(&authority);
        let (hook, posted) = webhook();
        world.project.write("mail-ca.pem", &authority.pem());
        world.amend(&format!(
            "[smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"starttls\"\nuser = \"{}\"\npassword_env = \"MAIL_PASSWORD\"\n\
             from = \"traffic@acme.example\"\nca_file = \"mail-ca.pem\"\n\n[[digest]]\nrole = \"viewer\"\n\
             to = [\"vic@acme.example\", \"pat@globex.example\"]\nwebhook_env = \"CHANNEL\"\nweekday = \"{weekday}\"\n",
            server.port,
            MailServer::USER,
        ));
        Post { world, server, hook, posted }
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.world.github.allow(1_000_000);
        let [token] = self.world.token();
        let variables = [token, ("MAIL_PASSWORD", MailServer::PASSWORD), ("CHANNEL", self.hook.as_str())];
        self.world.project.run_with(&variables, arguments)
    }

    fn digest(&self, more: &[&str]) -> Ran {
        self.run(&[&["digest"], more].concat())
    }
}

#[test]
fn each_reader_gets_a_week_once_whatever_happens_on_the_way() {
    let post = Post::new("sunday");
    post.run(&["collect"]).succeeds();
    let dry = post.digest(&["--dry-run"]).succeeds().says("To: vic@acme.example, pat@globex.example");
    assert!(post.server.take().is_empty() && post.posted.lock().unwrap().is_empty(), "{}", dry.all());

    let week = ["--week", "2026-W40"];
    let sent = post.digest(&week).succeeds();
    assert_eq!(sent.stdout.matches(": sent\n").count(), 3, "{}", sent.all());
    let mails = post.server.take();
    let to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, ["vic@acme.example", "pat@globex.example"]);
    let mail = &mails[0];
    assert_eq!(mail.header("Subject"), "Two repositories: week 2026-W40");
    assert_eq!(mail.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    assert!(mail.header("List-Unsubscribe").ends_with(", <mailto:traffic@acme.example?subject=unsubscribe>"));
    assert!(mail.header("Content-Type").starts_with("multipart/alternative"));
    let text = mail.read();
    assert!(text.contains("text/plain") && text.contains("text/html") && !text.contains("payroll"), "{text}");
    assert!(text.contains(&format!("{}/viewer/index.html", post.world.base)), "{text}");
    assert_ne!(mail.header("List-Unsubscribe"), mails[1].header("List-Unsubscribe"));
    let posted = std::mem::take(&mut *post.posted.lock().unwrap());
    assert!(posted.len() == 1 && posted[0]["text"].as_str().unwrap().contains("2026-W40"), "{posted:?}");
    assert!(!posted[0].to_string().contains("unsubscribe"), "{posted:?}");

    let again = post.digest(&week).succeeds();
    assert_eq!(again.stdout.matches(": sent before\n").count(), 3, "{}", again.all());
    assert!(post.server.take().is_empty() && post.posted.lock().unwrap().is_empty());

    // The server has the mail and nobody knows: it is told, and not sent again unless somebody says so.
    let one = ["--week", "2026-W41", "--to", "vic@acme.example"];
    post.server.be(Mood::HangsUp);
    post.digest(&one).ends_with(1).says("viewer 2026-W41 to vic@acme.example: perhaps sent");
    post.server.be(Mood::Takes);
    assert_eq!(post.server.take().len(), 1);
    post.digest(&one).ends_with(1).says("perhaps sent");
    assert!(post.server.take().is_empty());
    post.digest(&[&one[..], &["--again"]].concat()).succeeds();
    assert_eq!(post.server.take().len(), 1);

    // What the server refused has not arrived, and the next try sends it.
    let other = ["--week", "2026-W42", "--to", "vic@acme.example"];
    post.server.be(Mood::Refuses);
    post.digest(&other).ends_with(1).says(": not sent: ").says("nobody here");
    post.server.be(Mood::Takes);
    post.digest(&other).succeeds().says(": sent\n");

    let stranger = post.digest(&["--to", "eve@evil.example"]).ends_with(2);
    let wrong = post.run_with_password("another");
    for ran in [stranger, wrong] {
        assert!(!ran.all().contains("secret-of-the-channel") && !ran.all().contains("another"), "{}", ran.all());
    }
}

impl Post {
    fn run_with_password(&self, password: &str) -> Ran {
        let variables = [("MAIL_PASSWORD", password), ("CHANNEL", "http://127.0.0.1:9/secret-of-the-channel")];
        self.world.project.run_with(&variables, &["digest", "--week", "2026-W43"]).ends_with(1).says(": not sent: ")
    }
}

#[test]
fn whoever_ended_the_mails_gets_none_until_an_operator_starts_them_again() {
    let post = Post::new("sunday");
    post.run(&["nightly"]).succeeds();
    post.digest(&["--week", "2026-W40"]).succeeds();
    let list = post.server.take()[0].header("List-Unsubscribe");
    let link = list.split(['<', '>']).nth(1).unwrap().to_owned();
    let (_provider, _edge) = post.world.serve();
    let mut program = Client::new();
    assert_eq!(program.get(&link).status, 200);
    let one_click = |client: &mut Client, link: &str| client.post(link, "List-Unsubscribe=One-Click", &[]).status;
    assert_eq!(one_click(&mut program, &link.replace("token=", "token=x")), 403);
    post.digest(&["--week", "2026-W41"]).succeeds().says("viewer 2026-W41 to vic@acme.example: sent\n");
    assert_eq!(one_click(&mut program, &link), 200);
    post.digest(&["--week", "2026-W42"]).succeeds().says("viewer 2026-W42 to vic@acme.example: not sent: unsubscribed");
    let to: Vec<String> = post.server.take().into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, ["vic@acme.example", "pat@globex.example", "pat@globex.example"]);
    post.digest(&["--resubscribe", "vic@acme.example"]).succeeds();
    post.digest(&["--week", "2026-W42"]).succeeds().says("viewer 2026-W42 to vic@acme.example: sent\n");
}

#[test]
fn a_night_sends_the_week_on_its_day_and_not_again() {
    let post = Post::new("monday");
    // A Sunday, when the chosen day's patience for the week before is over.
    let night = |day: &str| post.run(&["nightly", "--as-of", day]);
    let today = chrono::Utc::now().date_naive();
    let sunday = today - chrono::Days::new(u64::from(chrono::Datelike::weekday(&today).num_days_from_sunday()));
    // The sample answers as of today, so not every repository can be collected as of that day; the release is out.
    let ran = night(&sunday.to_string()).says(" to vic@acme.example: sent\n");
    assert!(matches!(ran.code, Some(0 | 3)), "{}", ran.all());
    assert_eq!(post.server.take().len(), 2);
    let again = night(&sunday.to_string()).says("release 2");
    assert!(post.server.take().is_empty() && !again.stdout.contains("vic@"), "{}", again.all());
}
