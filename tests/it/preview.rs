//! `tollgate preview`: what one role sees, again whenever a file changes, and for this machine alone.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use crate::support::{Client, Project, Running, World, eventually, free_port};

/// A project whose history is there, with a page of content.
fn world() -> World {
    let world = World::published();
    let text = std::fs::read_to_string(world.project.file("tollgate.toml")).unwrap();
    let site = "[site]\ncontent = \"content\"\ntemplates = \"templates\"\n";
    world.project.write("tollgate.toml", &text.replacen("[site]\n", site, 1));
    std::fs::create_dir_all(world.project.file("content")).unwrap();
    std::fs::create_dir_all(world.project.file("templates/report")).unwrap();
    page(&world, "First words.");
    world
}

fn page(world: &World, words: &str) {
    world.project.write("content/news.md", &format!("+++\ntitle = \"News\"\nroles = [\"*\"]\n+++\n\n{words}\n"));
}

fn preview(world: &World, whom: &str) -> (String, Running) {
    let address = format!("127.0.0.1:{}", free_port());
    let mut running = world.start(&["preview", "--as", whom, "--listen", &address]);
    let base = format!("http://{address}");
    running.until(|| TcpStream::connect(&address).ok(), "the preview listens");
    (base, running)
}

/// The events of a preview, as a browser hears them.
fn events(base: &str) -> Receiver<String> {
    let host = base.trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&host).unwrap();
    write!(stream, "GET /-/reload HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
    let (send, receive) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if let Some(data) = line.strip_prefix("data: ")
                && send.send(data.to_owned()).is_err()
            {
                return;
            }
        }
    });
    receive
}

const SOON: Duration = Duration::from_secs(10);

#[test]
fn a_page_follows_its_file_its_template_and_the_configuration_and_a_fault_is_shown_until_it_is_mended() {
    let world = world();
    let (base, _running) = preview(&world, "viewer");
    let mut client = Client::new();
    let heard = events(&base);
    assert_eq!(heard.recv_timeout(SOON).unwrap(), "0");
    let mut get = || client.get(&format!("{base}/viewer/pages/news.html"));
    let first = get();
    assert!(first.text().contains("First words.") && first.text().contains("/-/preview.js"), "{}", first.text());
    assert!(first.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
    let began = Instant::now();
    page(&world, "Second words.");
    heard.recv_timeout(SOON).unwrap();
    assert!(get().text().contains("Second words."));
    eprintln!("an edit was shown after {:?}", began.elapsed());
    world.project.write("templates/report/article.html", "<head></head>\n{{ page.titel }}");
    heard.recv_timeout(SOON).unwrap();
    let broken = eventually("the fault shows", || Some(get()).filter(|reply| reply.status == 500)).text();
    assert!(broken.contains("article.html:2:") && broken.contains("did you mean `title`?"), "{broken}");
    world.project.write("templates/report/article.html", "<head></head>\nAnew: {{ page.title }}");
    eventually("it is mended", || get().text().contains("Anew: News").then_some(()));
    page(&world, "{{<chart last=\"x\"/>}}");
    let broken = eventually("the fault shows", || Some(get()).filter(|reply| reply.status == 500)).text();
    assert!(broken.contains("news.md:6: `last` of `chart` cannot be `x`"), "{broken}");
    page(&world, "Third words.");
    eventually("it is mended", || (get().status == 200).then_some(()));
    let text = std::fs::read_to_string(world.project.file("tollgate.toml")).unwrap();
    let title = text.lines().find(|line| line.starts_with("title = ")).unwrap();
    world.project.write("tollgate.toml", &text.replacen(title, "title = \"Called anew\"", 1));
    let overview = format!("{base}/viewer/index.html");
    eventually("the configuration counts", || client.get(&overview).text().contains("Called anew").then_some(()));
}

#[test]
fn a_role_has_its_own_pages_and_a_person_chooses_among_theirs() {
    let world = world();
    let (base, _running) = preview(&world, "viewer");
    let mut client = Client::new();
    assert_eq!(client.get(&base).location().unwrap().path(), "/viewer/index.html");
    assert_eq!(client.get(&format!("{base}/administrator/index.html")).status, 404);
    assert_eq!(client.get(&format!("{base}/-/me")).status, 404);
    let (base, _other) = preview(&world, "pat@globex.example");
    let front = client.get(&base);
    assert!(front.status == 303 || front.text().contains("/tenant/index.html"), "{}", front.text());
    assert_eq!(client.get(&format!("{base}/tenant/index.html")).status, 200);
    assert_eq!(client.get(&format!("{base}/administrator/index.html")).status, 404);
}

#[test]
fn it_serves_this_machine_only_and_says_who_there_is() {
    let world = world();
    let told = "the preview refuses to listen on 0.0.0.0:8090";
    world.run(&["preview", "--as", "viewer", "--listen", "0.0.0.0:8090"]).ends_with(2).says(told);
    world.run(&["preview", "--as", "nobody"]).ends_with(2).says("there is no role `nobody`").says("`administrator`");
    world.run(&["preview", "--as", "eve@evil.example"]).ends_with(2).says("no role is open to eve@evil.example");
    let (base, _running) = preview(&world, "viewer");
    let forged = [("host", "evil.example")];
    assert_eq!(Client::new().send(reqwest::Method::GET, &base, &forged, "").status, 403);
}

#[test]
fn templates_are_written_and_replace_nothing() {
    let project = Project::empty();
    project.write("templates/report/log.html", "mine");
    let ran = project.run(&["init", "--templates"]).succeeds().says("templates/report/overview.html");
    assert!(ran.stderr.contains("1 file were there already") || ran.stderr.contains("1 file"), "{}", ran.stderr);
    assert_eq!(std::fs::read_to_string(project.file("templates/report/log.html")).unwrap(), "mine");
    assert!(project.file("templates/locales/fr/common.ftl").is_file() && !project.file("tollgate.toml").exists());
}
