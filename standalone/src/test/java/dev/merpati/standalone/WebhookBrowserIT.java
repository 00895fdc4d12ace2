package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The way of a customer who receives: copies the receiving server from the console, runs it, makes a webhook, and looks at what
 * was delivered. In every language whose interpreter is installed.
 */
@ExtendWith(ProductExtension.class)
class WebhookBrowserIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Product product;
    private final ConsoleVisitor visitor;
    private final Chromium browser;
    private final String phone = Product.newNumber();
    private final String customer = Product.newNumber();

    @TempDir
    Path folder;

    WebhookBrowserIT(Product product) {
        this.product = product;
        this.visitor = new ConsoleVisitor(product);
        this.browser = visitor.browser();
    }

    @AfterEach
    void close() {
        visitor.close();
    }

    @Test
    void aReceiverInPythonTakesWhatAPhoneWrites() throws Exception {
        receives("Python", "receiver.py", "python3");
    }

    @Tag("heavy")
    @Test
    void aReceiverInNodeTakesWhatAPhoneWrites() throws Exception {
        receives("Node.js", "receiver.mjs", "node");
    }

    private void receives(String language, String file, String program) throws Exception {
        Assumptions.assumeTrue(isInstalled(program), program + " is not installed");
        visitor.connect(phone);
        product.simulator().addPhone(customer);
        int port = freePort();
        browser.visit("/webhooks")
                .fill("URL", "http://127.0.0.1:" + port + "/hooks")
                .fill("Description (optional)", "My shop")
                .press("Create webhook")
                .sees("The secret of your new webhook");
        String secret = browser.text("#secret");
        browser.driver().navigate().refresh();
        browser.sees("A server that receives");
        assertThat(browser.driver().getPageSource()).doesNotContain(secret);
        String webhook = browser.path();
        assertThat(browser.visit("/webhooks").driver().findElements(By.cssSelector("main a[href^='/webhooks/']")))
                .as("a reload makes no second one")
                .hasSize(1);
        browser.visit(webhook);
        browser.press(language);
        Path source = Files.writeString(folder.resolve(file), copied());
        browser.press("Send a test").sees("Your server did not take the test.").sees("connection");

        browser.size(390, 844).screenshot("webhook-refused-390");
        browser.size(1440, 1000);
        Process receiver = run(program, source, secret, port);
        try {
            browser.press("Send a test").sees("Your server took the test").sees("HTTP 204");
            product.simulator().write(customer, Map.of("to", phone, "text", "Halo, masih buka? 🕊"));
            Path kept = awaitKept("message.received");
            JsonNode event = JsonMapper.shared().readTree(Files.readString(kept));
            assertThat(event.required("data").required("text").asString()).isEqualTo("Halo, masih buka? 🕊");

            browser.visit("/webhooks")
                    .press("http://127.0.0.1:" + port + "/hooks")
                    .sees("message.received")
                    .sees("HTTP 204");
            browser.screenshot("webhook-" + program);
            Files.delete(kept);
            browser.driver()
                    .findElement(By.xpath("//summary[contains(., 'message.received')]"))
                    .click();
            browser.press("Deliver this again").sees("The events are delivered again from now on.");
            assertThat(awaitKept("message.received"))
                    .as("the same event under the same id")
                    .isEqualTo(kept);
            await().atMost(PATIENCE).untilAsserted(() -> {
                browser.driver().navigate().refresh();
                assertThat(deliveries("message.received")).isEqualTo(2);
            });
            browser.driver()
                    .findElement(By.xpath("//summary[contains(., 'message.received')]"))
                    .click();
            browser.sees("Replay");
        } finally {
            end(receiver);
        }
        Process stranger = run(program, source, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", port);
        try {
            browser.press("Send a test")
                    .sees("Your server did not take the test.")
                    .sees("HTTP 401");
        } finally {
            end(stranger);
        }
        assertThat(browser.complaints()).isEmpty();
    }

    /** Presses the button of the program that is shown, and returns what would be pasted. */
    private String copied() {
        browser.driver()
                .executeCdpCommand(
                        "Browser.grantPermissions",
                        Map.of("permissions", List.of("clipboardReadWrite", "clipboardSanitizedWrite")));
        browser.click(".snippet:not([hidden]) .copy").sees("Copied");
        try {
            return String.valueOf(
                    Objects.requireNonNull(
                            browser.driver()
                                    .executeAsyncScript(
                                            "const done = arguments[0]; navigator.clipboard.readText().then(done, (e) => done(null))")));
        } catch (JavascriptException e) {
            throw new AssertionError("nothing was copied", e);
        }
    }

    private Process run(String program, Path source, String secret, int port) throws IOException {
        Path log = folder.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(program, source.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(Map.of("WEBHOOK_SECRET", secret, "PORT", String.valueOf(port)));
        Process process = builder.start();
        await().atMost(PATIENCE).until(() -> {
            assertThat(process.isAlive()).as("%s", Files.readString(log)).isTrue();
            return answers(port);
        });
        return process;
    }

    private static void end(Process process) throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }

    private Path awaitKept(String type) {
        return Objects.requireNonNull(await().atMost(PATIENCE).until(() -> kept(type), Objects::nonNull));
    }

    private @Nullable Path kept(String type) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("inbox"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".json")).toList()) {
                if (Files.readString(file).contains("\"" + type + "\"")) {
                    return file;
                }
            }
            return null;
        }
    }

    private long deliveries(String type) {
        return browser.driver()
                .findElements(By.xpath("//details[contains(@class, 'delivery')]/summary[contains(., '" + type + "')]"))
                .size();
    }

    private static boolean isInstalled(String program) {
        return Stream.of(Objects.requireNonNullElse(System.getenv("PATH"), "").split(":"))
                .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
