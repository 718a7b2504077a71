use super::*;

fn clean(html: &str) -> String {
    CleanHtml::new(html).into_string()
}

#[test]
fn what_could_do_something_is_gone_and_what_says_something_stays() {
    let given = r#"<p onclick="x()">您好 <b>Ann</b><script>alert(1)</script></p>
        <a href="javascript:alert(1)">a</a><a href="https://example.com/?a=1&amp;b=2">b</a>
        <img src="https://tracker.example/p.gif" width="1"><img src="cid:logo" alt="logo">
        <style>p { position: fixed }</style><form action="/v1/tokens"><input name="a"></form>
        <iframe src="https://example.com"></iframe><svg onload="x()"><script>y()</script></svg>
        <table background="https://tracker.example/b.gif"><tr><td>1</td></tr></table>"#;
    let clean = clean(given);
    for word in ["script", "alert", "onclick", "onload", "tracker", "position", "iframe", "<form", "<input"] {
        assert!(!clean.contains(word), "{word}: {clean}");
    }
    for word in
        ["您好 <b>Ann</b>", "https://example.com/?a=1&amp;b=2", "cid:logo", "<td>1</td>", "noreferrer"]
    {
        assert!(clean.contains(word), "{word}: {clean}");
    }
}

#[test]
fn what_is_nested_wrongly_reads_as_a_browser_shows_it() {
    for (given, expected) in [
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<p>a<div>b</div>c", "<p>a</p><div>b</div>c"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"),
        ("<b>a</div></b>c", "<b>a</b>c"),
        ("a</br>b", "a<br>b"),
        ("1 < 2 & 3 &gt; 2", "1 &lt; 2 &amp; 3 &gt; 2"),
        ("<title>t</title><textarea>x</textarea>y", "y"),
        ("<noscript>seen</noscript>", "seen"),
    ] {
        assert_eq!(clean(given), expected, "{given}");
    }
    let table = clean("<table>odd<tr>text<td>a<td>b<tr><th>c</table>d");
    assert_eq!(
        table,
        "<table><tbody><tr><td>odd</td></tr><tr><td>text</td><td>a</td><td>b</td></tr><tr><th>c</th></tr></tbody></table>d"
    );
    let nested = clean("<table><tr><td><table><tr><td>in</td></tr></table></div>still in<td>next</table>");
    assert_eq!(
        nested,
        "<table><tbody><tr><td><table><tbody><tr><td>in</td></tr></tbody></table>still in</td><td>next</td></tr></tbody></table>"
    );
}

#[test]
fn nothing_is_written_that_reads_otherwise_the_next_time() {
    for odd in [
        "<p/onclick=alert(1)>a",
        "<svg><p><style><a title=\"</style><img src=x onerror=alert(1)>\">",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<textarea><img title=\"</textarea><img src=x onerror=alert(1)>\">",
        "<select><template><img src=x onerror=alert(1)></template></select>",
        "<a href=\"&#106;avascript:alert(1)\">x</a>",
        "<img src=\"cid:a\" alt='\"><script>alert(1)</script>'>",
    ] {
        let once = clean(odd);
        assert_eq!(clean(&once), once, "{odd}");
        assert!(!once.contains("onerror=") || once.contains("onerror=alert(1)&gt;"), "{odd}: {once}");
        for run in ["<script", "<img src=\"x\"", "javascript:", "onclick"] {
            assert!(!once.contains(run), "{odd}: {once}");
        }
    }
}

/// Each of these took a browser's tree builder between ten seconds and minutes, or gigabytes.
#[test]
fn what_is_made_to_be_slow_costs_no_more_than_its_length() {
    let numbered = |form: fn(usize) -> String, many: usize| (0..many).map(form).collect::<String>();
    let hostile = [
        ("deep", "<div>".repeat(90_000)),
        ("deep and closed", format!("{}x{}", "<div>".repeat(80_000), "</div>".repeat(80_000))),
        (
            "formatting",
            format!("<p>{}</p>{}", numbered(|n| format!("<b title={n}>"), 30_000), "<p>x</p>".repeat(40_000)),
        ),
        ("links", "<a href=//a.b>x<p>".repeat(40_000)),
        ("fostered", format!("<table>{}", "x<b></b>".repeat(100_000))),
        ("cells", format!("<table>{}", "<td>x".repeat(150_000))),
        ("attributes", format!("<a {}>x", numbered(|n| format!("a{n} "), 120_000))),
        ("attributes in quotes", format!("<a x='>' {}>x", numbered(|n| format!("a{n}/"), 120_000))),
        ("items", "<li>".repeat(200_000)),
        ("ends", format!("{}{}", "<i>".repeat(200), "</b>".repeat(200_000))),
        ("nested tables", "<table><tr><td>".repeat(60_000)),
        ("entities", "&nbsp".repeat(190_000)),
        ("comment", format!("<!--{}", "-".repeat(1_000_000))),
    ];
    for (name, given) in &hostile {
        let kept = nesting::plain(given, &KNOWN).map_or(0, |plain| plain.len());
        assert!(kept <= given.len() * 6 + 100_000, "{name}: {kept} bytes of {}", given.len());
        clean(given);
    }
    let deep = clean(&format!("{}x{}", "<div>".repeat(20_000), "</div>".repeat(20_000)));
    assert!(deep.contains('x') && deep.len() < 4_000);
    assert_eq!(clean(&"<p>".repeat(LONGEST)), "");
}

#[test]
fn pictures_within_their_address_neither_stay_nor_cost_the_text() {
    let mail = format!("<p>before<img src=\"data:image/png;base64,{}\">after</p>", "iVBOR/+0".repeat(80_000));
    assert_eq!(clean(&mail), "<p>before<img>after</p>");
}
