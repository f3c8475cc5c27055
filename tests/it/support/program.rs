//! The program as a person at a shell has it.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long anything may take before a test gives it up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(240);

/// A project folder that goes away with the test.
pub(crate) struct Project {
    folder: TempDir,
}

impl Project {
    pub(crate) fn empty() -> Project {
        Project { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.file(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.start(arguments).end()
    }

    /// Runs the program with further variables to its end.
    pub(crate) fn run_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
        self.start_with(variables, arguments).end()
    }

    /// Starts the program; it is killed when the value goes away.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        self.start_with(&[], arguments)
    }

    /// Starts the program with further variables. Nothing of the environment of the tests reaches it but `PATH`.
    pub(crate) fn start_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
        command.args(arguments).current_dir(self.path()).env_clear();
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path))).envs(variables.iter().copied());
        Running::spawn(command)
    }
}

/// What a command left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Exit code and both streams, for messages.
    pub(crate) fn all(&self) -> String {
        format!("exit code {:?}\n--- stdout\n{}\n--- stderr\n{}", self.code, self.stdout, self.stderr)
    }

    pub(crate) fn ends_with(self, code: i32) -> Ran {
        assert_eq!(self.code, Some(code), "{}", self.all());
        self
    }

    pub(crate) fn succeeds(self) -> Ran {
        self.ends_with(0)
    }

    /// Somewhere in what it wrote stands this.
    pub(crate) fn says(self, text: &str) -> Ran {
        assert!(self.stdout.contains(text) || self.stderr.contains(text), "nothing says {text:?}\n{}", self.all());
        self
    }
}

/// The program or another one while it runs. Killed when the value goes away, so no test leaves anything behind.
pub(crate) struct Running {
    child: Child,
    stdout: Stream,
    stderr: Stream,
}

/// What was read of a stream so far, with the thread that reads on.
struct Stream {
    text: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

impl Running {
    pub(crate) fn spawn(mut command: Command) -> Running {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        let stdout = Stream::follow(child.stdout.take().unwrap());
        let stderr = Stream::follow(child.stderr.take().unwrap());
        Running { child, stdout, stderr }
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Ran {
        drop(self.child.stdin.take());
        let status = self.wait_for(|running| running.child.try_wait().unwrap(), "it does not end");
        self.collect(status)
    }

    /// Kills it without a chance to tidy up, as a power cut would.
    pub(crate) fn kill(mut self) -> Ran {
        drop(self.child.kill());
        let status = self.child.wait().unwrap();
        self.collect(status)
    }

    /// Asks it to stop, as a service manager does, and waits for its end.
    pub(crate) fn stop(self) -> Ran {
        self.signal("-TERM");
        self.end()
    }

    /// Sends it a signal, named as `kill` takes it.
    pub(crate) fn signal(&self, name: &str) {
        let told = Command::new("kill").arg(name).arg(self.child.id().to_string()).status().unwrap();
        assert!(told.success());
    }

    /// Everything it has said so far, for messages.
    pub(crate) fn told(&self) -> String {
        format!("--- stdout\n{}\n--- stderr\n{}", self.stdout.so_far(), self.stderr.so_far())
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits for a line of either stream that `find` makes something of.
    pub(crate) fn line<T>(&mut self, find: impl Fn(&str) -> Option<T>) -> T {
        let look = |running: &mut Running| {
            let all = format!("{}\n{}", running.stdout.so_far(), running.stderr.so_far());
            all.lines().find_map(&find)
        };
        self.wait_for(look, "the line does not come")
    }

    /// Writes one line to it and waits for the next line it answers with.
    pub(crate) fn ask(&mut self, line: &str) -> String {
        use std::io::Write;
        let lines = |running: &Running| running.stdout.so_far().matches('\n').count();
        let before = lines(self);
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
        let answer = move |running: &mut Running| {
            (lines(running) > before).then(|| running.stdout.so_far().lines().nth(before).unwrap_or("").to_owned())
        };
        self.wait_for(answer, "no answer comes")
    }

    /// Waits, while it runs, for something outside to come true.
    pub(crate) fn until<T>(&mut self, look: impl Fn() -> Option<T>, what: &str) -> T {
        self.wait_for(|_| look(), what)
    }

    fn wait_for<T>(&mut self, mut look: impl FnMut(&mut Running) -> Option<T>, what: &str) -> T {
        let began = Instant::now();
        loop {
            let ended = self.has_ended();
            if let Some(found) = look(self) {
                return found;
            }
            // What it wrote last may still be on its way from the reading threads.
            let over = if ended { Duration::from_secs(2) } else { PATIENCE };
            assert!(began.elapsed() < over, "{what}\n{}", self.told());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn collect(&mut self, status: ExitStatus) -> Ran {
        Ran { code: status.code(), stdout: self.stdout.whole(), stderr: self.stderr.whole() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Stream {
    fn follow(pipe: impl Read + Send + 'static) -> Stream {
        let text = Arc::new(Mutex::new(String::new()));
        let sink = Arc::clone(&text);
        let read = move || {
            let mut pipe = BufReader::new(pipe);
            let mut line = Vec::new();
            while pipe.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                sink.lock().unwrap().push_str(&String::from_utf8_lossy(&line));
                line.clear();
            }
        };
        Stream { text, reader: Some(std::thread::spawn(read)) }
    }

    fn so_far(&self) -> String {
        self.text.lock().unwrap().clone()
    }

    /// Everything, once the writer is gone.
    fn whole(&mut self) -> String {
        drop(self.reader.take().map(JoinHandle::join));
        self.so_far()
    }
}
