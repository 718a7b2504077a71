//! The words by which the host judges a message's mood, with their weights.
//!
//! The Chinese weights were fitted on 2,000 reviews of products, books and hotels and cut to a few steps; words
//! that only told what a review was about were left out. Words stand between slashes.

/// Words of mood: what each adds, and the words. Above nought is praise.
pub(super) const MOOD: &[(f64, &str)] = &[
    (2.00, "非常好/性价比高/棒/很快/美丽/交通方便"),
    (
        1.50,
        "不错/挺好/漂亮/美/完美/合理/耐心/幸福/惊喜/佩服/大气/齐全/丰富/合适/稳定/高清/轻巧/\
         人性化/独特/深刻/一流/满足/神奇/还可以/智慧/优雅/下次还会/真实/也不错/很舒服/\
         值得推荐",
    ),
    (
        1.00,
        "很好/好看/好评/真好/超好/太好了/良好/还好/也好/精美/优美/热爱/方便/满意/值得/\
         物有所值/划算/赞/点赞/给力/优秀/优质/精彩/细致/细腻/精细/周到/礼貌/贴心/温馨/温暖/\
         感激/感谢/谢谢/快乐/开心/高兴/愉快/享受/干净/整洁/安静/豪华/大方/适合/适用/流畅/清楚/\
         轻便/特色/有意思/受益/有用/成功/放心/到位/不贵/没的说/没话说/没问题/细节/期待/总体/\
         尽管/亮点/专业/负责/及时/省心/顺利/五星/值/呵呵/可靠/不卡/一口气/挺/虽然/总的来说/\
         尤其/很喜欢/整体/性价比不错/感觉不错/挺不错/足够/高/深入/靠谱",
    ),
    (
        0.50,
        "好的/好吃/好听/好多了/美观/喜欢/喜爱/爱不释手/爱/便捷/舒服/物超所值/实惠/优惠/强大/\
         出色/经典/精致/精品/热情/友好/热心/亲切/多谢/愉悦/欣赏/明亮/高档/时尚/实用/清晰/快速/\
         迅速/顺畅/耐用/结实/手感好/有趣/深入浅出/通俗易懂/受益匪浅/收获/启发/信赖/正品/新鲜/\
         美味/首选/理想/轻松/优点/还行/不亏/不失/不愧/不虚此行/难得/深深/乐趣/迷人/魅力/震撼/\
         回味/还会再/会再来/其实/也很/名副其实/齐备/静音/漂亮的/高效/准时/满分/哈哈/朴实/用心/\
         体贴/精心/热销/牢固/散热好/不热/不吵/受欢迎/鼓励/经典之作/温柔/感人/动人/真情/\
         引人入胜/百看不厌/好玩/爱看/着迷/觉得/来说/更多/许多/值得一看/值得一读/值得购买/\
         不失为/好极了/错不了/没得说/蛮好/蛮不错/不大不小/恰到好处/美好/到货快/送货快/物流快/\
         发货快/会心/都好/都很/很有",
    ),
    (
        0.25,
        "好用/好/可爱/便利/推荐/卫生/快捷/生动/幽默/帮助/支持/还算/各种/吸引/可以/相对/好多/\
         充分/大/全面/准确/麻烦您/麻烦你/麻烦帮/麻烦安排/麻烦发/麻烦问/麻烦给/麻烦查",
    ),
    (-2.00, "麻烦/失望/后悔/不会再/比较麻烦/没有什么"),
    (
        -1.50,
        "不是很好/不怎么样/很一般/最差/糟糕/垃圾/简陋/脏/吵/噪音/盗版/漏水/烫/不值/不了/\
         不专业/不适合/不如/没有任何/没意思/难看/气愤/投诉/扣/乱/很慢/半天/过分/重新/质量不/\
         根本没",
    ),
    (
        -1.00,
        "不好/很差/太差/比较差/异味/霉/嘈杂/郁闷/上当/骗子/欺诈/黑店/假货/假的/虚假/山寨/劣质/\
         粗糙/缺陷/故障/坏了/损坏/破损/蓝屏/黑屏/不行/不爽/不满意/不值得/不能/不合理/不负责任/\
         不喜欢/不推荐/不足/不给/不理/不住/不然/没用/没人/无语/难/难用/恶心/恶劣/可怕/恐怖/\
         讨厌/生气/愤怒/气死/可恶/遗憾/伤心/痛苦/浪费/浪费时间/退房/赔/赔偿/乱七八糟/太小/\
         太少/太重/态度差/态度恶劣/服务差/晕/倒霉/简直/千万别/千万不要/所谓/否则/敷衍/推卸/\
         推脱/等了/忽悠/误导/吹/幼稚/无耻/无良/奸商/只能/受不了/缺/收费/偷/差评/太烂/陋/竟/\
         居然还/离谱/荒唐/本来/再也不/难道/气味/坏掉/根本不/太差了/太简单/受伤",
    ),
    (
        -0.50,
        "不太好/不怎么/差劲/差/较差/糟透/破/破旧/陈旧/老旧/脏兮兮/臭/发霉/潮湿/吵闹/烦/烦人/\
         受骗/骗人/欺骗/坑人/瑕疵/坏/漏/断/掉漆/死机/卡/噪声/不满/不方便/不负责/不人性/不建议/\
         不符/不合格/不稳定/不退/不知道/没法/没劲/无聊/无法/无味/难吃/难受/难闻/难过/火大/\
         浪费钱/退货/退款/退/返修/换货/混乱/太慢/贵/偏贵/冷淡/冷漠/傻/千万/为什么/凭什么/\
         什么东西/拖延/夸大/空洞/肤浅/啰嗦/罗嗦/枯燥/乏味/牵强/错别字/缺页/漏印/过时/落后/\
         单调/失误/失败/鄙视/不敢恭维/不想/不要/别买/慎重/慎买/只好/不得不/可是/解释/郁闷死/\
         划痕/缩水/褪色/变形/开裂/色差/少了/拒绝/强迫/乱收费/一星/破烂/投诉无门/服务员态度/\
         没找到/没收到/蟑螂/也没/还要/而已/不上/好像/不明白/莫名其妙/骗钱/出问题/声音大/\
         声音很大/受罪/上火/好不了/不负/很旧/太旧/太贵了/质量差/就坏/才/失望透顶/太慢了/\
         居然没/自己装/自动关机/噪音大/退换/太薄/太短/偏小/没内容/空空/冗长/难懂/看不懂/\
         看不下去/读不下去/白花/白买/不值这个价/不值这个钱",
    ),
    (
        -0.25,
        "一般/烂/隔音/问题/发热/很热/太热/不便/不舒服/不清楚/不实用/没什么/恶/可气/维修/很小/\
         少/重/冷/惨/竟然/根本/勉强/错误/印刷/不敢/小心/幸好/缺少/装/打电话/可笑/都没/到底/\
         太多/态度/根本就/并没有/并不/实在太/不像/简单/吓",
    ),
    (
        2.00,
        "excellent/amazing/outstanding/perfect/fantastic/awesome/wonderful/superb/brilliant/\
         delighted",
    ),
    (1.50, "great/love/loved/loves/best/impressed/recommend/highly recommended/happy/thrilled"),
    (
        1.00,
        "good/nice/pleased/thanks/thank you/helpful/friendly/easy/fast/quick/comfortable/\
         beautiful/enjoy/enjoyed/satisfied/appreciate/appreciated/lovely/reliable/glad/cool/\
         works well/well made/worth/polite/clean/smooth",
    ),
    (0.50, "fine/ok/okay/decent/better/useful/kind/please/thx/smoothly"),
    (
        -2.00,
        "terrible/horrible/awful/worst/disgusting/furious/scam/garbage/pathetic/unacceptable/\
         outrageous/appalling/nightmare/fraud",
    ),
    (
        -1.50,
        "hate/rude/useless/ridiculous/angry/disappointed/disappointing/disappointment/\
         ripped off/rip-off/never again/shameful/lied/liar/liars/cheated/dishonest/filthy/\
         disgrace",
    ),
    (
        -1.00,
        "bad/poor/poorly/broken/fake/wrong/dirty/slow/faulty/defective/damaged/frustrated/\
         frustrating/annoying/annoyed/upset/unhappy/waste/wasted/complaint/complain/\
         unprofessional/uncomfortable/cheaply/overpriced/overcharged/ignored/refuse/refused/\
         refuses/cracked/injured/dangerous/failed/fails/sucks/sorry excuse/crap/not working/\
         stopped working",
    ),
    (
        -0.50,
        "problem/problems/issue/issues/difficult/expensive/noisy/late/delay/delayed/cold/\
         missing/still nothing/nobody/confusing/worse/crash/crashes/crashing/unfortunately/\
         hard/refund",
    ),
];

/// Words that turn the next word of mood round, and what each adds where nothing follows it.
pub(super) const NEGATION: &[(f64, &str)] = &[
    (
        0.00,
        "不/不大/别/无/not/no/never/isn't/wasn't/aren't/don't/doesn't/didn't/can't/cannot/\
         won't/hardly/without/nothing/wouldn't/couldn't/haven't/hasn't",
    ),
    (-0.25, "不会/不再/不是/未/没/难以"),
    (-1.50, "不太"),
    (
        -0.50,
        "不很/不算/不觉得/从不/从未/并非/毫不/毫无/没啥/没怎么/没感觉/没有/没觉得/没那么/\
         称不上/算不上/绝不/缺乏/谈不上",
    ),
];

/// Words that make the next word of mood stronger (above 1) or weaker.
pub(super) const DEGREE: &[(f64, &str)] = &[
    (0.60, "稍微/稍/略"),
    (0.70, "有点/有些/slightly/somewhat/fairly/a bit/a little"),
    (0.80, "比较"),
    (0.90, "还"),
    (1.00, "那么"),
    (1.10, "够/更"),
    (1.20, "真/真的/很/如此/这么"),
    (1.30, "太/相当"),
    (
        1.40,
        "非常/特别/十分/最/超/very/really/extremely/so/too/totally/absolutely/completely/\
         highly/incredibly/super",
    ),
    (1.50, "极/超级"),
    (1.60, "极其"),
];

/// Words after which a text says what it means: what follows weighs more.
pub(super) const TURN: &str = "但是/但/不过/可是/然而/就是/只是/but/however";
