//! What an author does wrong is a message that says what and where; it never ends the engine.

use crate::project::Project;

/// Builds a plugin whose source has one place changed, and runs its cases; what that says.
async fn with(project: &Project, file: &str, whole: &str, place: &str, instead: &str) -> String {
    assert_eq!(whole.matches(place).count(), 1, "{place:?} stands once in {whole}");
    project.write(file, &whole.replace(place, instead));
    let (built, said) = project.plugin("build").await;
    if !built {
        return said;
    }
    let (passed, said) = project.plugin("test").await;
    assert!(!passed, "{instead}: {said}");
    said
}

#[tokio::test]
async fn of_javascript() {
    let project = Project::begin("javascript", &["channel"]).await;
    let whole = project.read("plugin.js");
    let reads = "const greeting = hospes.json(request.body);";
    for (place, instead, wanted) in [
        (reads, "const greeting = ;", vec!["unexpected token in expression: ';'", "plugin.js:"]),
        ("receive(request) {", "async receive(request) {", vec!["returned a promise", "take `async` away"]),
        ("externalId:", "external_id:", vec!["messages[0] has no field external_id", "externalId"]),
        (
            "sentAt: greeting.at",
            "sentAt: 'noon'",
            vec!["messages[0].sentAt has to be a whole number", "noon"],
        ),
        ("hospes.answer(200, ", "({ status: 200 }, ", vec!["answer has to be an object"]),
        (reads, "const greeting = request.no.such;", vec!["receive threw TypeError", "plugin.js:"]),
        (reads, "throw { code: 'denied', message: 'not you' };", vec!["\"code\":\"denied\"", "not you"]),
        (reads, "const greeting = setTimeout(() => {}, 1);", vec!["there is no setTimeout in a plugin"]),
        (reads, "for (;;);", vec!["cpu went over its limit"]),
        (reads, "const all = []; for (;;) all.push(new Uint8Array(1 << 20).fill(1));", vec!["the plugin"]),
        (
            "export const channel =",
            "export const chanel =",
            vec!["the plugin has no function channel.receive"],
        ),
    ] {
        let said = with(&project, "plugin.js", &whole, place, instead).await;
        for wanted in wanted {
            assert!(said.contains(wanted), "{instead}: {wanted}: {said}");
        }
    }
}

#[tokio::test]
async fn of_python() {
    let project = Project::begin("python", &["tools"]).await;
    let whole = project.read("plugin.py");
    let said = with(&project, "plugin.py", &whole, "class Tools:", "class Tools;").await;
    assert!(said.contains("plugin.py") && said.contains("SyntaxError"), "{said}");

    // An interpreter takes long to pack, so one plugin makes them all, each when it is asked for.
    project.write(
        "plugin.py",
        r#"
import sys
import hospes

class Tools:
    def call(self, name, arguments):
        match hospes.json(arguments)["text"]:
            case "attribute":
                return arguments.no.such
            case "refuse":
                hospes.fail("denied", "not you", 5_000)
            case "exit":
                sys.exit(3)
            case "spin":
                while True:
                    pass
            case "type":
                return 7
"#,
    );
    std::fs::remove_file(project.dir().join("cases/tools-call.json")).unwrap();
    for text in ["attribute", "refuse", "exit", "spin", "type"] {
        let case = serde_json::json!({
            "about": text, "call": "tools.call", "now": "2026-01-05T08:00:00Z", "settings": {},
            "input": ["count-words", format!("{{\"text\": \"{text}\"}}")], "expect": {"ok": ""},
        });
        project.write(&format!("cases/{text}.json"), &case.to_string());
    }
    project.must("build").await;
    let (passed, said) = project.plugin("test").await;
    assert!(!passed && said.contains("5 of 5 cases failed"), "{said}");
    for wanted in [
        "tools.call raised AttributeError: 'str' object has no attribute 'no' (line 9 of plugin.py)",
        "\"code\":\"denied\",\"message\":\"not you\",\"retry-after-ms\":5000",
        "the plugin ended itself with exit code",
        "cpu went over its limit",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}

#[tokio::test]
async fn of_c() {
    let project = Project::begin("c", &["channel"]).await;
    let whole = project.read("plugin.c");
    project.write("plugin.c", &format!("{whole}static int unused(void) {{ return 7; }}\n"));
    let warned = project.must("build").await;
    assert!(warned.contains("plugin.c:") && warned.contains("unused function"), "{warned}");
    let reads = "*ret = (exports_hospes_channel_inbound_t){.answer = {.status = 200}};";
    for (place, instead, wanted) in [
        (reads, "*ret = ;", vec!["plugin.c:", "expected expression"]),
        (reads, "return undeclared(ret);", vec!["plugin.c:", "undeclared"]),
        (
            "exports_hospes_channel_receive",
            "exports_hospes_channel_recieve",
            vec!["exports_hospes_channel_receive"],
        ),
        (reads, "for (volatile int x = 0;;) x++;", vec!["cpu went over its limit"]),
        (reads, "for (;;) hospes_zeroed(1 << 20, 1);", vec!["the plugin"]),
        (reads, "*(volatile char *)0xfffffff0 = 1;", vec!["out of bounds memory access"]),
        (reads, "return hospes_fail(error, \"denied\", \"not %s\", \"you\");", vec!["denied", "not you"]),
    ] {
        let said = with(&project, "plugin.c", &whole, place, instead).await;
        for wanted in wanted {
            assert!(said.contains(wanted), "{instead}: {wanted}: {said}");
        }
    }
}
