"""The fourteen patterns every checker of disclaimers starts with, in Python's `re`: what the rules path is held against.

Reads texts parted by NUL from standard input, prints the seconds of the fastest of five rounds and the matches found.
"""

import re
import sys
import time

PATTERNS = [
    r'投资咨询[”"]?业务(资格|许可)|经营许可证编号',
    r"投资咨询执业资格|相当的专业胜任能力|注册登记为证券分析师",
    r"[SA]\d{13}",
    r"(信息|资料|数据)[^。\n]{0,14}(来源于|来自|取自)|基于[^。\n]{0,8}(取得|公开)[^。\n]{0,6}(信息|资料)|(资料|数据)来源[:：]",
    r"市场有风险|投资需谨慎|不应将本报告[^。\n]{0,8}唯一|仅供参考|风险自担|自行承担[^。\n]{0,6}风险",
    r"(薪酬|报酬|补偿)[^。\n]{0,40}(不曾|不与|不因|未来也将不会)|(不曾|不因|不会)[^。\n]{0,60}(补偿|报酬|薪酬)",
    r"(不受|未受)任何第三方|第三方的授意",
    r"可能(会)?持有[^。\n]{0,24}(证券|股票|头寸|期权)",
    r"仅供[^。\n]{0,40}客户(使用|参考)|不会因[^。\n]{0,12}收到[^。\n]{0,8}视[其为]",
    r"不(承诺|保证)[^。\n]{0,12}(获利|盈利|收益)|分享[^。\n]{0,12}收益",
    r"版权[^。\n]{0,12}(归|所有)|未经[^。\n]{0,8}(授权|许可)",
    r"(投资)?评级(体系|定义|说明|标准)",
    r"静默期",
    r"适当性|[RC][1-5](级|\))",
]

texts = sys.stdin.buffer.read().decode("utf-8").split("\0")
patterns = [re.compile(pattern) for pattern in PATTERNS]
fastest = float("inf")
for _ in range(5):
    started = time.perf_counter()
    found = sum(1 for text in texts for pattern in patterns for _ in pattern.finditer(text))
    fastest = min(fastest, time.perf_counter() - started)
print(fastest, found)
