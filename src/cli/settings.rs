//! What is meant: flags over environment over file over defaults.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use secrecy::SecretString;
use sellside::config::{Asking, Config};
use sellside::llm::ModelSettings;

use super::args::ModelArgs;
use super::env;
use super::error::CliError;

/// File looked for in the current folder.
const FILE: &str = "sellside.toml";
/// Where OpenAI itself answers.
const OPENAI: &str = "https://api.openai.com/v1";

/// Which model to ask, and where the settings came from.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    /// The settings file that was read.
    pub(crate) file: Option<PathBuf>,
    /// The provider table that was used.
    pub(crate) provider: Option<String>,
    /// The model; `None` when none is named.
    pub(crate) model: Option<ModelSettings>,
    /// The variable the key was looked for in.
    pub(crate) api_key_env: String,
    /// Whether a variable was named for the key and is not set.
    pub(crate) missing_key: bool,
    /// How a report is put to the model, by the settings file.
    pub(crate) asking: Asking,
    /// Something half configured, to tell people.
    pub(crate) note: Option<String>,
}

impl Settings {
    /// Resolves flags, environment and file.
    pub(crate) fn resolve(args: &ModelArgs, config: Option<&Path>) -> Result<Self, CliError> {
        let (file, config) = read_config(config)?;
        let found = config
            .provider(args.provider.as_deref())
            .map_err(|error| CliError::could_not_run(error).hinted(Some(format!("name a `[provider.NAME]` table of `{FILE}`"))))?;
        let (provider, table) = match found {
            Some((name, table)) => (Some(name.to_owned()), table.clone()),
            None => (None, sellside::config::Provider::default()),
        };
        // What is typed wins; a provider that is named by hand wins over the environment, one that is not loses to it.
        let from_table = args.provider.is_some();
        let environment = |name: &str| env::text(name).filter(|_| !from_table);
        let model = args.model.clone().or_else(|| environment(env::SELLSIDE_MODEL)).or(table.model.clone());
        let base_url = args.base_url.clone().or_else(|| environment(env::OPENAI_BASE_URL)).or(table.base_url.clone());
        let named_key = args.api_key_env.clone().or(table.api_key_env.clone());
        // OpenAI's key is for OpenAI, or for the server the same environment names; nobody else is shown it unasked.
        let openai = base_url.is_none() || args.base_url.is_none() && environment(env::OPENAI_BASE_URL).is_some();
        let openai = openai || base_url.as_deref().is_some_and(|url| url.starts_with("https://api.openai.com/"));
        let api_key_env = named_key.clone().unwrap_or_else(|| env::OPENAI_API_KEY.to_owned());
        let key = env::text(&api_key_env).filter(|_| named_key.is_some() || openai);
        let mut settings = Self {
            file,
            provider,
            model: None,
            api_key_env,
            missing_key: named_key.is_some() && key.is_none(),
            asking: config.asking,
            note: None,
        };
        let Some(model) = model else {
            // A key in the environment is no wish to send reports anywhere: a model must be named.
            if args.base_url.is_some() || args.provider.is_some() {
                return Err(CliError::could_not_run(anyhow::anyhow!("a server is named, but no model")).hinted(Some("add `--model NAME`")));
            }
            if key.is_some() || base_url.is_some() {
                settings.note = Some(format!(
                    "note: a server or key is configured, but no model is named: add `--model NAME` or set `{}`",
                    env::SELLSIDE_MODEL
                ));
            }
            return Ok(settings);
        };
        let base_url = base_url.unwrap_or_else(|| OPENAI.to_owned());
        let mut resolved = ModelSettings::new(base_url, model).with_provider(&table);
        resolved.api_key = key.map(|key| SecretString::from(key.trim().to_owned()));
        if let Some(grade) = args.grade {
            resolved.grade = grade;
        }
        resolved.context_tokens = args.context_tokens.or(resolved.context_tokens);
        resolved.max_output_tokens = args.max_output_tokens.or(resolved.max_output_tokens);
        if let Some(seconds) = args.timeout {
            resolved.timeout = Duration::from_secs(seconds);
        }
        resolved.offline = args.offline;
        settings.model = Some(resolved);
        Ok(settings)
    }

    /// Puts reports to the model in this way.
    pub(crate) fn ask(&mut self, asking: Asking) {
        self.asking = asking;
        if let Some(model) = &mut self.model {
            model.asking = asking;
        }
    }

    /// The model, ready to be asked.
    pub(crate) fn model_to_ask(&self) -> Result<Option<&ModelSettings>, CliError> {
        if self.missing_key && self.model.is_some() {
            let error = anyhow::anyhow!("`{}` is not set, and the API key is to be read from it", self.api_key_env);
            return Err(CliError::could_not_run(error).hinted(Some("set the variable, or leave out `--api-key-env` / `api_key_env`")));
        }
        Ok(self.model.as_ref())
    }
}

fn read_config(path: Option<&Path>) -> Result<(Option<PathBuf>, Config), CliError> {
    let path = match path {
        Some(path) => path.to_owned(),
        None if Path::new(FILE).is_file() => PathBuf::from(FILE),
        None => return Ok((None, Config::default())),
    };
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("could not read settings at `{}`", path.display()))
        .map_err(CliError::could_not_run)?;
    let config = Config::parse(&text)
        .with_context(|| format!("could not use settings at `{}`", path.display()))
        .map_err(|error| CliError::could_not_run(error).hinted(Some("`sellside schema config` prints what the file may hold")))?;
    Ok((Some(path), config))
}
