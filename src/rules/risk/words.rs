//! Words by which a clause is a risk.

use crate::rules::find::{Pattern, compile, has};

/// Words by which a clause is a risk.
pub(super) static RISKY: Pattern = Pattern::new(|| {
    compile(
        r"风险|下行|问题|事件|事故|减值|违约|流失|积压|缺失|过高|高企|走弱|走高|收缩|亏损|不足|疲弱|低迷|失控|处罚|不及|低于|超预期|不达|加剧|下滑|下降|恶化|波动|不确定|放缓|趋严|趋缓|反复|减弱|爆发|收紧|扰动|变化|上升|变动|失败|延期|滞后|偏慢|偏弱|疲软|受阻|流失|上涨|蔓延|冲击|摩擦|降价|衰退|紧缩|升级|回落|压力|制裁|竞争|下行|弱于|慢于|小于|转弱|过剩|紧缺|短缺|紧张|缺货",
    )
});

/// Whether a text begins with a short clause that is a risk.
pub(super) fn risky(text: &str) -> bool {
    let head: String = text.chars().take_while(|c| !matches!(c, '。' | ';' | '\n')).take(60).collect();
    has(&RISKY, &head) && head.chars().count() < 50
}

/// A comma parts two risks when what stands before it already says what is bad.
pub(super) fn clause_ends(words: &str, at: usize) -> bool {
    let before = words.get(..at).unwrap_or_default();
    let clause: String =
        before.chars().rev().take_while(|c| !matches!(c, ',' | '、' | ';' | '。' | '\n')).collect::<Vec<_>>().into_iter().rev().collect();
    has(&RISKY_END, &clause)
        || words.matches(['、', ',']).count() > 0 && !words.get(at..).is_some_and(|rest| rest.starts_with('、')) && has(&RISKY, &clause)
}

/// Endings of a whole risk.
pub(super) static RISKY_END: Pattern = Pattern::new(|| {
    compile(
        r"(?:风险|预期|下行|问题|事件|事故|减值|违约|积压|缺失|高企|走弱|走高|收缩|亏损|疲弱|低迷|失控|处罚|不达|压力|竞争|趋缓|衰退|回升|加快|延后|推迟|受限|收窄|退坡|减少|加剧|下滑|下降|恶化|波动|确定性|放缓|趋严|反复|减弱|爆发|收紧|扰动|变化|上升|变动|失败|延期|滞后|偏慢|偏弱|疲软|受阻|流失|上涨|蔓延|冲击|摩擦|降价|衰退|偏好|升级|回落|不足|过快|过高|紧缺|短缺|紧张|缺货|过剩)$",
    )
});
