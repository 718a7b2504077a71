//! The phrases by which the host classes messages. Phrases stand between slashes, in lower case; a phrase that
//! stands inside a longer one doesn't count besides it, except for its tag.

use super::Class::{self, AfterSales, Chatter, Complaint, Inquiry, Purchase, Spam};

/// A class, a weight and its phrases.
pub(super) const CLASSES: &[(Class, f64, &str)] = &[
    (
        Complaint,
        2.5,
        "投诉/曝光你们/差评/骗子/骗人/欺骗/欺诈/虚假宣传/虚假/黑店/霸王条款/12315/消协/消费者协会/\
         起诉/律师/不退款/不给退/不给退款/拒绝退款/假货/乱收费/多扣/态度恶劣/态度差/什么态度/\
         服务太差/没人管/气死/赔偿/食物中毒/讨说法/要个说法/推卸责任/忽悠人/坑人/太坑/欺负人/\
         再也不来/绝不再来/再也不买/不会再来/file a complaint/complaint/complain/worst/scam/fraud/\
         ripped off/rip-off/unacceptable/ridiculous/outrageous/furious/appalling/terrible/\
         disgusting/overcharged/never come back/never again/sue you/my lawyer/want my money back/\
         money back/lied/cheated/false advertising/consumer authority/poor service/bad service/\
         rude/nobody apologises/report you/still nothing",
    ),
    (
        Complaint,
        2.0,
        "吃出/宰客/踢皮球/没动静/没有动静/没下文/说话不算话/不守信用/出尔反尔/言而无信/不会再买/\
         不会再去/不再光顾/再也不会/没有人管/没人处理/没人解决/不解决/不处理/不作为/太不像话/\
         不像话/岂有此理/气人/受够了/歧视/黑心/奸商/诈骗/偷换/乱扣/强制消费/隐形消费/变质/发霉/\
         虫子/蟑螂/骨折/炸了/鼓包/反映三遍/第几次了/一拖再拖/推来推去/广告里说/怎么负责/给个说法/\
         讨个说法/what a joke/deceived/misled/shouted at/yelled at/laughed at/insulted/inedible/\
         disgrace/apologise/apologize/no apology/still being charged/charged twice/double charged/\
         charged me/third email/third call/hung up/fed up/sick of/shame on/let down/\
         broken promise/never called back/never got back/ignoring/dissatisfied/not satisfied/\
         not happy/not acceptable/appalled/disgusted/cockroach/hair in/food poisoning/\
         not what was advertised/not as advertised/not as described/collapsed/emergency room/\
         smell gas",
    ),
    (
        Complaint,
        1.5,
        "太差/差劲/很差/垃圾/失望/受骗/上当/不负责任/不理人/没人理/没人接/没人回/没人回复/不回复/\
         骂人/爱理不理/恶劣/过分/离谱/无语/生气/愤怒/烂/什么玩意/什么破/说法/忍无可忍/\
         very disappointed/disappointed/disappointing/awful/horrible/angry/unhappy/frustrated/\
         useless/pathetic/nobody answers/no one answers/ignored/unprofessional/dishonest/fake/\
         misleading/garbage/waste of/without telling me/third time/no response",
    ),
    (
        Complaint,
        1.0,
        "道歉/恶心/火大/欺负/误导/隐瞒/过期/烧了/反映了/第三次/拖了/说好的/承诺/骗/负责吗/joke/\
         threw/apology/on hold/promised/no reply/poor/worse/advertised/burned/burnt/hurt/hospital/\
         爆炸/exploded",
    ),
    (
        Complaint,
        0.8,
        "退款/赔/等了/还没发货/一直不/一直没/怎么还/太慢/太脏/太吵/又脏/凉了/没人/dirty/cold/slow/\
         noisy/compensation/nobody/wrong item/waited",
    ),
    (
        AfterSales,
        2.0,
        "申请退款/退款进度/退款流程/退款什么时候/退款多久/怎么退款/维修/保修/保修期/返修/上门/\
         换货/换新/退货/退换/寄回/安装/装不上/坏了/坏掉/不工作/不转/不能用/用不了/没反应/打不开/\
         开不了机/死机/黑屏/蓝屏/闪退/报错/错误代码/故障/漏水/滴水/充不进/没声音/物流/快递/包裹/\
         没收到/没有收到/少件/漏发/发错/尺码不对/裂纹/破损/摔坏/开发票/发票/发票抬头/售后/配件/\
         师傅/能修/修一下/检测/repair/repaired/warranty/under warranty/stopped working/\
         not working/doesn't work/does not work/won't turn on/won't start/broken/replacement/\
         replace/exchange it/return these/return this/return it/return the/send it back/install/\
         installation/manual/invoice/where is my order/where is my package/never arrived/\
         has not arrived/hasn't arrived/not received/haven't received/tracking/delivered/parcel/\
         missing part/missing from/cracked/damaged/defective/faulty/keeps crashing/crashing/\
         crashes/don't fit/doesn't fit/technician/spare part/my refund/refund status",
    ),
    (
        AfterSales,
        1.8,
        "失灵/不灵/接触不良/松动/异响/卡在/中转站/催一下/催件/催单/补寄/补发/重发/错发/寄错/送错/\
         买大了/买小了/大了一号/小了一号/可以退/能退/能换/想退/要退/退掉/吊牌/滤芯/充电头/免费修/\
         修好/换新的/密码锁打不开/连不上/搜不到/不制冷/不加热/不亮/不响/不出水/不通电/掉色/开线/\
         开胶/起球/碎了/裂了/断裂/派送/改地址/运单/快递员/上门取件/resend/swap it/swap/wrong size/\
         too big/too small/wobbly/only play/does nothing/no sound/no power/not charging/\
         won't charge/won't connect/doesn't turn on/doesn't charge/leak/leaks/fix it/fault/\
         missed delivery/another attempt/redeliver/lost in/warranty claim/return label/send back/\
         wrong colour/wrong color/have a look",
    ),
    (
        AfterSales,
        1.0,
        "退款/订单号/收到货/刚收到/修/坏/断了/冒烟/焦味/漏电/签收/发货/到货/收据抬头/驱动/重装/\
         refund/my order/shipment/delivery/swelling/leaking/smoke/the box/broke/error/arrived/\
         少了/缺了/偏大/偏小/说明书/维护/保养/更换/零件/螺丝/没电/取件/小票/loose/stopped/dead/\
         noise/fix/fixed/courier/package/stuck/spare/filter/battery/batteries/was sent/sent me/\
         since yesterday/last update/收据/有 a look/receipt",
    ),
    (
        Purchase,
        2.0,
        "多少钱/报价/想买/要买/想购买/购买/下单/批发/批量采购/采购/怎么卖/什么价/什么价格/价格/\
         价钱/优惠/折扣/打折/有货/现货/还有货/拍了/现在拍/直接拍/团购/预订/预定/订购/续费/付款/\
         付不了款/留一台/留一件/代理价/起订量/便宜点/比价/套餐价/试用后购买/how much/quote/price/\
         prices/pricing/discount/in stock/want to buy/like to buy/buy/buying/purchase/to order/\
         place an order/bulk order/bulk orders/book a table/book a room/reserve/subscribe/\
         annual plan/premium plan/cost/licences/licenses/per unit/wholesale/coupon/checkout",
    ),
    (
        Purchase,
        1.8,
        "价目表/价格表/报个价/总共要花/一共多少/花多少/收费标准/返点/年付/月付/签合同/要一套/要两/\
         想订/想定/给我留着/给我留/帮我留/留着/有s码/有m码/有l码/还有吗/大概多少/首付/分期/团体票/\
         包场/订房/订位/订票/订一/样品/起批/拿货/进货/一件代发/accept bank transfer/i'll take/\
         we'll take/we'd like/i'd like/looking for/better rate/invoice us/sample/catalogue/\
         catalog/brochure/budget/for sale/do you sell/package deal/sign up/sign for",
    ),
    (
        Purchase,
        0.8,
        "买/订/活动/库存/颜色/款式/新款/一台/两箱/units/order/plan/trial/in red/多少一/要花/费用/\
         合同/开通/我要/我需要/想要/码吗/预算/定金/试用/套餐/定制/便宜/多少/i want/we want/i need/\
         we need/available/contract/seats/rate/paperwork/upgrade/upgrade to/deposit/euros/dollars/\
         sell/deal/gift",
    ),
    (
        Inquiry,
        1.0,
        "请问/咨询/想问/问一下/想知道/想了解/了解一下/怎么/如何/怎样/能否/可否/是否/几点/营业时间/\
         营业吗/地址/在哪/哪里/哪儿/停车/什么时候/多久/支持/可以吗/有没有/能不能/可不可以/查询/\
         积分/会员/权益/政策/what is/what are/what's/how do i/how can i/how to/is there/are there/\
         do you/are you/can i/could you tell/could you/is it possible/opening hours/open on/\
         where can i/where is/which/whether/when do/does the/does it/i want to know/\
         just want to know/tell me/policy/parking/能进/可以进/能带/可以带/能用/找回/忘记/忘了/\
         怎么走/同一家/半价/入场/展会/确认一下/有淋浴/什么意思/区别/需要带/需要准备/需要什么/规定/\
         预约/开放/开门/关门/地铁/公交/路线/电话是/联系方式/wifi/do i need/do i have/does your/\
         does this/how old/how long/how far/how many/how often/which bus/can we/can you tell/\
         is it/is this/is your/are your/are these/will you/would it/curious/could i/may i/\
         should i/difference between/allowed/where do/who do/when will/when does/when is/\
         what time/what do you/information/hours/directions/forgot",
    ),
    (Inquiry, 0.4, "吗/呢/?/什么/哪/几/可以/能/question/wondering/how/what/where/when/why/who"),
    (
        Chatter,
        0.8,
        "哈喽/嗨/明天聊/回头聊/好的呢/好嘞/行/好吧/辛苦/辛苦啦/收到谢谢/客气/麻烦您了/谢啦/谢了/\
         祝/节日快乐/新年快乐/周末愉快/talk tomorrow/talk later/you too/anyone around/\
         anyone there/sure/take care/happy new year/merry christmas/cheers/no worries/perfect/\
         welcome/alright/yep",
    ),
    (
        Chatter,
        0.7,
        "你好/您好/在吗/在么/在不在/有人吗/谢谢/多谢/感谢/辛苦了/好的/好滴/嗯嗯/嗯/哦哦/哦/哈哈/\
         哈哈哈/呵呵/早上好/晚上好/下午好/晚安/早安/再见/拜拜/么么哒/收到/知道了/没事/不客气/亲/\
         👍/👌/🙏/😊/😄/❤/🌹/ok/okay/hi/hello/hey/thanks/thank you/thx/bye/good morning/\
         good evening/good night/lol/haha/cool/great/nice/you're welcome/no problem/got it/\
         see you/:)",
    ),
    (
        Spam,
        2.0,
        "刷单/日赚/月入/月入过万/加微信/加v/加我微信/代开/代开发票/开各类发票/税点低/无抵押/\
         秒到账/领取额度/提额/彩金/首充/赌场/下注/免费领取/扫码进群/代理加盟/高价回收/涨粉/\
         网络推广/全网最低价/躺赚/backlinks/guest post/guest posts/website ranking/rank higher/\
         casino/viagra/bitcoin investment/you have won/click here/click the link/\
         limited time offer/make money/a week working/hot singles/payday loan/\
         message me on whatsapp/零花钱/一单一结/手机操作/幸运用户/抽中/填写银行卡/银行卡信息/\
         不看征信/当天下款/下款/大额信用卡/网贷/套现/稳赚/包赚/内部消息/荐股/牛股/股票群/六合彩/\
         返现红包/色情/壮阳/减肥秘方/祖传秘方/养号/买粉/刷赞/发票代开/考试包过/办理文凭/\
         likes today/instagram likes/instagram followers/million dollars/transfer 5 million/\
         verify your password/verify your account/mailbox is full/your mailbox/\
         investment opportunity/guaranteed profit/double your/loan approved/pre-approved/\
         weight loss/cheap watches/web design services/app development services/we offer services/\
         buy followers",
    ),
    (
        Spam,
        0.8,
        "兼职/贷款/博彩/中奖/进群/加盟/引流/棋牌/办证/seo/crypto/gift card/work from home/\
         working from home/unsubscribe/lottery/claim your/cheap prices/dear sir/followers/点击/\
         详谈/了解详情/最低价/名额有限/速来/推广/congratulations/earn/boost your/winner/offer/\
         联系qq/加qq/领奖/翻倍/彩票/prince/inheritance/wire transfer/forex/miracle/replica",
    ),
];

/// How pressing a phrase is, and the phrases. Below nought it can wait.
pub(super) const URGENCY: &[(f64, &str)] = &[
    (
        2.0,
        "骨折/急诊/急救/炸了/鼓包/烧了/煤气味/冒火/休克/晕倒/漏电/触电/被电到/着火/起火/冒烟/爆炸/煤气泄漏/燃气泄漏/漏气/受伤/烫伤/流血/住院/在医院/中毒/食物中毒/\
         生命危险/有危险/救命/报警/紧急/急急急/十万火急/律师/起诉/12315/法院/消协/曝光/\
         a fire/smell gas/smells of gas/gas smell/emergency room/urgent/urgently/emergency/asap/as soon as possible/immediately/caught on fire/fire/smell emergency room/collapsed/in broken arm/\
         exploded/explosion/gas leak/electric shock/electrocuted/injured/injury/bleeding/hospital/poisoning/\
         dangerous/lawyer/sue/sue you/legal action/swelling",
    ),
    (
        1.2,
        "fire/smoke/hospital/court/马上/立刻/立即/火速/尽快处理/right now/right away/call me back now/today or",
    ),
    (0.6, "赶紧/赶快/尽快/快点/很急/着急/今天必须/quickly/hurry/need it today/deadline"),
    (
        -3.0,
        "不着急/不急/不紧急/有空/不忙的时候/慢慢来/什么时候都行/no rush/not urgent/no hurry/when you have time/\
         whenever you/no hurry at all/等你有时间/有时间的时候/不着急的/at your convenience/take your time",
    ),
];

/// A tag and the phrases that earn it.
pub(super) const TAGS: &[(&str, &str)] = &[
    ("refund", "退款/退钱/不给退/refund/money back"),
    ("return", "退货/换货/换新/退换/return it/return this/return these/exchange it/replacement"),
    ("delivery", "物流/快递/发货/包裹/签收/送到/delivery/parcel/tracking/shipment/delivered/ship"),
    ("invoice", "发票/收据/invoice/receipt"),
    ("repair", "维修/保修/返修/上门/修一下/能修/repair/repaired/warranty/technician"),
    ("install", "安装/装不上/install/installation"),
    ("price", "多少钱/报价/价格/什么价/怎么卖/优惠/折扣/打折/how much/price/pricing/quote/discount"),
    ("booking", "预订/预定/入住/book a table/book a room/booking/reservation/reserve"),
    ("opening-hours", "营业时间/几点/营业吗/opening hours/open on"),
    ("service", "态度/客服/前台/没人接/不理人/rude/staff/nobody answers/customer service"),
    (
        "safety",
        "漏电/触电/被电到/着火/起火/冒烟/爆炸/漏气/泄漏/受伤/烫伤/中毒/injured/injury/fire/smoke/exploded/\
         electric shock/gas leak/poisoning/dangerous/swelling",
    ),
    ("legal", "律师/起诉/12315/法院/消协/lawyer/sue/sue you/court/legal action/consumer authority"),
];

/// After one of these, close before a phrase of complaint or after-sales, the phrase is denied: "not broken".
/// "Haven't" and "can't" are not among them: "I haven't got my refund" denies nothing.
pub(super) const DENIALS: &str = "不/没/没有/不想/不用/不是/不要/无需/不需要/不必/并非/别/not/no/never/without/isn't/\
    wasn't/aren't/don't want/don't want a/do not want/don't need";

/// Questions with a "no" in them that denies nothing: 能不能, "can you or can't you".
pub(super) const QUESTIONS: &str = "能不能/是不是/要不要/可不可以/有没有/会不会/好不好/行不行/why not";

/// What programs answer by themselves; nobody waits for a reply.
pub(super) const AUTOMATIC: &str = "自动回复/out of office/automatic reply/auto-reply/autoreply";

/// English words that tell English from other languages in Latin script.
pub(super) const ENGLISH: &str = "the/is/are/i/you/my/it/to/and/of/for/can/do/how/what/please/thanks/thank/hi/hello/ok/\
    okay/this/that/not/hey/lol/bye/no/yes/good/with/your/we";
