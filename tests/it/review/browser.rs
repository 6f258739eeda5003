//! A headless Chromium, spoken to over the protocol of web drivers.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// One browser with a profile and a folder for downloads of its own; it ends with the test.
pub(crate) struct Browser {
    driver: Child,
    session: String,
    runtime: Runtime,
    client: reqwest::Client,
    downloads: tempfile::TempDir,
}

impl Browser {
    /// Starts one that prefers `language`; says so and gives none where it is not installed.
    pub(crate) fn start(language: &str) -> Option<Self> {
        let Ok(mut driver) = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn() else {
            return skipped("`chromedriver` is not installed");
        };
        let mut said = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = said
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split("started successfully on port ").nth(1).map(|port| port.trim_end_matches('.').to_owned()))
            .unwrap();
        // Nobody reads on, but it must be able to write.
        std::thread::spawn(move || said.for_each(drop));
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut browser = Self {
            driver,
            session: format!("http://127.0.0.1:{port}/session"),
            runtime: Runtime::new().unwrap(),
            client: reqwest::Client::builder().no_proxy().timeout(Duration::from_mins(2)).build().unwrap(),
            downloads: tempfile::tempdir().unwrap(),
        };
        let options = json!({
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1366,907",
                     format!("--lang={language}"), "--force-color-profile=srgb"],
            "prefs": { "intl.accept_languages": language, "download.default_directory": browser.downloads.path() },
        });
        let logs = json!({ "browser": "ALL", "performance": "ALL" });
        let capabilities = json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": options, "goog:loggingPrefs": logs } } });
        let begun = browser.ask(reqwest::Method::POST, "", Some(&capabilities));
        let Some(session) = begun["sessionId"].as_str() else {
            return skipped(&format!("`chromedriver` starts no browser ({begun})"));
        };
        browser.session = format!("{}/{session}", browser.session);
        Some(browser)
    }

    fn ask(&self, method: reqwest::Method, path: &str, body: Option<&Value>) -> Value {
        let mut request = self.client.request(method, format!("{}{path}", self.session));
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let text = self.runtime.block_on(async { request.send().await.unwrap().text().await.unwrap() });
        let mut answer: Value = serde_json::from_str(&text).unwrap();
        answer["value"].take()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let answer = self.ask(reqwest::Method::POST, path, Some(body));
        assert!(answer["error"].is_null(), "{path}: {answer}");
        answer
    }

    /// Opens a file.
    pub(crate) fn visit(&self, page: &Path) {
        self.post("/url", &json!({ "url": format!("file://{}", page.display()) }));
    }

    /// Opens a file and waits until a report is shown.
    pub(crate) fn open(&self, page: &Path) {
        self.visit(page);
        self.wait("a report is shown", "return document.querySelector('#record .heading') !== null");
    }

    /// Runs a script in the page; its `return` is the value.
    pub(crate) fn script(&self, script: &str) -> Value {
        self.script_with(script, &json!([]))
    }

    /// The same with `arguments`.
    pub(super) fn script_with(&self, script: &str, arguments: &Value) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": arguments }))
    }

    /// Waits until a script returns true.
    pub(crate) fn wait(&self, what: &str, script: &str) {
        let begun = Instant::now();
        while self.script(script) != json!(true) {
            assert!(begun.elapsed() < Duration::from_secs(20), "not seen: {what}; console: {}", self.console());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Presses keys one after the other, wherever the focus is.
    pub(crate) fn press(&self, keys: &str) {
        let each = |key: char| [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })];
        let actions: Vec<Value> = keys.chars().flat_map(each).collect();
        self.post("/actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] }));
    }

    /// Clicks on what a selector finds first.
    pub(crate) fn click(&self, selector: &str) {
        self.post(&format!("/element/{}/click", self.element(selector)), &json!({}));
    }

    /// Gives an element text, or a file input the name of a file.
    pub(crate) fn give(&self, selector: &str, text: &str) {
        self.post(&format!("/element/{}/value", self.element(selector)), &json!({ "text": text }));
    }

    fn element(&self, selector: &str) -> String {
        let found = self.post("/element", &json!({ "using": "css selector", "value": selector }));
        found.as_object().unwrap().values().next().unwrap().as_str().unwrap().to_owned()
    }

    /// Opens another tab, goes on in it, and tells its name and that of the one before.
    pub(crate) fn tab(&self) -> (String, String) {
        let before = self.ask(reqwest::Method::GET, "/window", None);
        let new = self.post("/window/new", &json!({ "type": "tab" }))["handle"].take();
        let [before, new] = [before, new].map(|handle| handle.as_str().unwrap().to_owned());
        self.go_to(&new);
        (new, before)
    }

    /// Goes on in another tab.
    pub(crate) fn go_to(&self, tab: &str) {
        self.post("/window", &json!({ "handle": tab }));
    }

    /// Loads the page again.
    pub(super) fn reload(&self) {
        self.post("/refresh", &json!({}));
        self.wait("a report is shown", "return document.querySelector('#record .heading') !== null");
    }

    /// What the console has said since it was last asked.
    pub(crate) fn console(&self) -> Value {
        self.post("/se/log", &json!({ "type": "browser" }))
    }

    /// The addresses that were asked for since this was last asked.
    pub(crate) fn requests(&self) -> Vec<String> {
        let log = self.post("/se/log", &json!({ "type": "performance" }));
        let messages =
            log.as_array().unwrap().iter().map(|entry| serde_json::from_str::<Value>(entry["message"].as_str().unwrap()).unwrap());
        messages
            .filter(|message| message["message"]["method"] == "Network.requestWillBeSent")
            .map(|message| message["message"]["params"]["request"]["url"].as_str().unwrap().to_owned())
            .collect()
    }

    /// A file the page let the browser download, once it is whole.
    pub(crate) fn downloaded(&self, name: &str) -> String {
        let path = self.downloads.path().join(name);
        let begun = Instant::now();
        loop {
            if let Some(text) = std::fs::read_to_string(&path).ok().filter(|text| text.ends_with('\n')) {
                std::fs::remove_file(&path).unwrap();
                return text;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "`{name}` is not downloaded; console: {}", self.console());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Text of what a selector finds first.
    pub(crate) fn text(&self, selector: &str) -> String {
        let found = self.script_with("return document.querySelector(arguments[0])?.textContent ?? null", &json!([selector]));
        found.as_str().unwrap_or_else(|| panic!("nothing is `{selector}`")).to_owned()
    }

    /// A picture of the page, and its print, into the folder that `SELLSIDE_SCREENSHOTS` names, for people to look at.
    pub(crate) fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("SELLSIDE_SCREENSHOTS") else { return };
        let picture = self.ask(reqwest::Method::GET, "/screenshot", None);
        self.write(Path::new(&folder), &format!("{name}.png"), &picture);
    }

    /// The same as it would be printed.
    pub(super) fn print(&self, name: &str) -> Vec<u8> {
        let print = self.post("/print", &json!({ "background": true }));
        if let Some(folder) = std::env::var_os("SELLSIDE_SCREENSHOTS") {
            self.write(Path::new(&folder), &format!("{name}.pdf"), &print);
        }
        decoded(&print)
    }

    #[expect(clippy::unused_self, reason = "beside its callers")]
    fn write(&self, folder: &Path, name: &str, base64: &Value) {
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(folder.join(name), decoded(base64)).unwrap();
    }
}

fn skipped(why: &str) -> Option<Browser> {
    crate::support::workspace::skipped(why);
    None
}

fn decoded(base64: &Value) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(base64.as_str().unwrap()).unwrap()
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver ends its browser only when it is asked to.
        let end = self.client.delete(&self.session);
        let _ = self.runtime.block_on(async { end.send().await });
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
