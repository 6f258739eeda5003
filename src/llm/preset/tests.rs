use serde_json::json;

use super::*;
use crate::llm::grade;
use crate::llm::usage::Usage;

#[test]
fn the_table_can_be_read_and_every_row_is_whole() {
    let table: Table = toml::from_str(include_str!("../providers.toml")).unwrap();
    let names =
        ["openai", "azure", "gemini", "deepseek", "qwen", "moonshot", "zhipu", "siliconflow", "ollama", "vllm", "llama_cpp", "lm_studio"];
    assert_eq!(table.provider.iter().map(Preset::name).collect::<Vec<_>>(), names);
    let mut seen: Vec<&str> = Vec::new();
    for preset in &table.provider {
        let name = preset.name();
        for name in preset.names.iter().map(String::as_str).chain(preset.hosts.iter().map(String::as_str)) {
            assert!(!seen.contains(&name), "`{name}` stands twice");
            seen.push(name);
        }
        assert!(!preset.title.is_empty(), "{name}");
        // A row without an address says what one looks like; a key without a host would go nowhere.
        assert!(preset.base_url.is_some() != preset.address.is_some(), "{name}");
        assert_eq!(preset.api_key_env.is_some(), !preset.hosts.is_empty(), "{name}");
        assert_eq!(preset.needs_key, preset.api_key_env.is_some(), "{name}");
        if let (Some(url), Some(_)) = (&preset.base_url, &preset.api_key_env) {
            assert!(preset.is_home(url), "{name} would not get its own key");
        }
        assert!(!preset.source.is_empty() && preset.source.iter().any(|source| source.read), "{name} has no source");
        for source in &preset.source {
            assert!(source.day.parse::<jiff::civil::Date>().is_ok() && !source.says.is_empty() && !source.from.is_empty(), "{source:?}");
        }
        let grades = preset.rules("any-model").grades.unwrap();
        assert_eq!(grades.last(), Some(&Grading::Prompt), "{name}: the last way out is missing");
        let mut sorted = grades.clone();
        sorted.sort_by_key(|grade| grade::ALL.iter().position(|known| known == grade));
        sorted.dedup();
        assert_eq!(sorted.len(), grades.len(), "{name} tries a grade twice");
    }
    assert_eq!(table.provider.iter().filter(|preset| preset.default).count(), 1);
}

#[test]
fn codes_are_compared_in_lower_case() {
    let words = words();
    for word in words.quota_codes.iter().chain(&words.quota_phrases).chain(&words.filtered).chain(&words.interrupted) {
        assert_eq!(*word, word.to_lowercase());
    }
    for header in &words.rate_limit_headers {
        assert_eq!(*header, header.to_lowercase());
    }
    assert!(words.cached_tokens.iter().chain(&words.reasoning_tokens).all(|pointer| pointer.starts_with('/')));
}

#[test]
fn names_and_hosts_lead_to_the_same_row() {
    for (name, url) in [
        ("openai", "https://api.openai.com/v1"),
        ("azure", "https://my-firm.openai.azure.com"),
        ("DashScope", "https://dashscope-intl.aliyuncs.com/compatible-mode/v1"),
        ("kimi", "https://api.moonshot.ai/v1"),
        ("glm", "https://open.bigmodel.cn/api/paas/v4"),
    ] {
        assert_eq!(Preset::named(name).unwrap().name(), Preset::of_url(url).unwrap().name());
    }
    for url in [
        "http://api.openai.com/v1",
        "https://api.openai.com.example.com/v1",
        "https://example.com/api.openai.com",
        "https://openai.azure.com.example.com",
        "https://evilopenai.azure.com",
        "not a url",
    ] {
        assert!(Preset::of_url(url).is_none(), "{url} is not the provider's own");
    }
    assert!(Preset::named("nobody").is_none());
    assert_eq!(Preset::default_choice().map(Preset::name), Some("openai"));
}

#[test]
fn later_rows_win_for_the_models_they_name() {
    let openai = Preset::named("openai").unwrap();
    assert_eq!(openai.rules("gpt-4o-mini").temperature, None);
    assert_eq!(openai.rules("GPT-5.1-mini").temperature, Some(false));
    assert_eq!(openai.rules("o3").max_tokens_field, Some(MaxTokensField::MaxCompletionTokens));
    let deepseek = Preset::named("deepseek").unwrap();
    assert_eq!(
        (deepseek.rules("deepseek-chat").tool_choice, deepseek.rules("deepseek-reasoner").tool_choice),
        (None, Some(ToolChoice::Auto))
    );
    let qwen = Preset::named("qwen").unwrap();
    let off = |model: &str| qwen.rules(model).thinking_off.map(Value::from);
    assert_eq!((off("qwen-plus"), off("qwen2.5-72b-instruct")), (Some(json!({ "enable_thinking": false })), Some(json!({}))));
    let siliconflow = Preset::named("siliconflow").unwrap();
    let switch = |model: &str| siliconflow.rules(model).thinking_off.filter(|body| !body.is_empty());
    assert_eq!(switch("Qwen/Qwen3-8B").map(Value::from), Some(json!({ "enable_thinking": false })));
    assert_eq!((switch("Qwen/Qwen3-235B-A22B-Instruct-2507"), switch("Qwen/Qwen2.5-7B")), (None, None));
}

#[test]
fn every_row_s_words_are_read() {
    for preset in Preset::all() {
        for pointer in &preset.reply.cached_tokens {
            let member = pointer.trim_start_matches('/');
            let usage = Usage::read(&json!({ "usage": { "prompt_tokens": 9, member: 7 } })).unwrap();
            assert_eq!(usage.cached_tokens, 7, "{}: {pointer}", preset.name());
        }
    }
    assert!(words().reasoning.iter().any(|member| member == "reasoning_content"));
}
