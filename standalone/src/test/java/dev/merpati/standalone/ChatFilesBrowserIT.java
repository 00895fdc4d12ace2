package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;

/** Files that strangers send, in the chats of the console and in a real browser. */
@ExtendWith(ProductExtension.class)
class ChatFilesBrowserIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Whoever runs this in the console's origin can be found out by it. */
    private static final String SCRIPT = "localStorage.setItem('ran', 'yes')";

    private static final String SVG = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"" + SCRIPT + "\"><script>"
            + SCRIPT + "</script><rect width=\"90\" height=\"90\"/></svg>";
    private static final String HTML = "<!DOCTYPE html><html><body><script>" + SCRIPT + "</script>"
            + "<img src=x onerror=\"" + SCRIPT + "\"></body></html>";

    private final Product product;
    private final ConsoleVisitor visitor;
    private final Chromium browser;
    private final String phone = Product.newNumber();
    private final String customer = Product.newNumber();

    ChatFilesBrowserIT(Product product) {
        this.product = product;
        this.visitor = new ConsoleVisitor(product);
        this.browser = visitor.browser();
        product.simulator().addPhone(customer);
    }

    @AfterEach
    void close() {
        product.simulator().endFaults();
        visitor.close();
    }

    @Tag("heavy")
    @Test
    void showsFilesOfEveryKindOnEveryScreenInBothThemesAndLanguages() {
        String session = visitor.connect(phone);
        sendOfEveryKind();
        browser.visit(chat(session)).sees("Foto produk.heic");
        awaitPictures();

        play("audio");
        play("video");
        assertThat(browser.complaints()).isEmpty();

        Map<String, List<String>> faults = new TreeMap<>();
        for (String language : List.of("en", "id")) {
            for (String theme : List.of("light", "dark")) {
                browser.size(1440, 1000).visit(chat(session) + "&theme=" + theme + "&lang=" + language);
                awaitPictures();
                faults.putAll(visitor.faultsOfThisPage("chat-files-" + theme + "-" + language));
            }
        }
        assertThat(faults).isEmpty();
        browser.visit("/sessions?lang=en");
    }

    @Test
    void downloadsAFileUnderItsName(@TempDir Path folder) throws Exception {
        String session = visitor.connect(phone);
        byte[] big = PlayableFile.noise(1500, 1500);
        send("image", "image/png", null, big, null);
        byte[] paper = SampleFile.pdf(300_000, new Random(6));
        send("document", "application/pdf", "Daftar harga.pdf", paper, null);
        browser.driver()
                .executeCdpCommand(
                        "Browser.setDownloadBehavior", Map.of("behavior", "allow", "downloadPath", folder.toString()));

        browser.visit(chat(session)).press("Daftar harga.pdf");
        await().atMost(PATIENCE).until(() -> Files.exists(folder.resolve("Daftar harga.pdf")));
        assertThat(folder.resolve("Daftar harga.pdf")).hasBinaryContent(paper);

        assertThat(big.length).as("too big to be shown at once").isGreaterThan(5 * 1024 * 1024);
        assertThat(pictures()).isEmpty();
        browser.press("Download");
        await().atMost(PATIENCE).until(() -> filesOf(folder).anyMatch(name -> name.endsWith(".png")));
        assertThat(browser.path()).startsWith(chat(session));
        assertThat(browser.complaints()).isEmpty();
    }

    /** What a picture or a link cannot say by itself: that WhatsApp has the file no more, that it is another, or to wait. */
    @Tag("heavy")
    @Test
    void saysWhyAFileDoesNotComeAndFetchesItLater() {
        String session = visitor.connect(phone);
        product.simulator().fault(Map.of("kind", "media-error", "status", 500));
        // Open before there is anything, the page learns of the files as they come.
        browser.visit(chat(session)).sees("No message of this chat was found");
        send("image", "image/jpeg", null, PlayableFile.photo(640, 480), "Struknya");
        send("voice", "audio/ogg; codecs=opus", null, PlayableFile.voice(2), null);
        send("document", "application/pdf", "Faktur.pdf", SampleFile.pdf(50_000, new Random(7)), null);

        browser.sees("The file cannot be fetched from WhatsApp at the moment.");
        assertThat(browser.text("main")).doesNotContain("No message of this chat was found");
        assertThat(browser.driver().findElement(By.cssSelector(".message img")).isDisplayed())
                .as("an empty frame")
                .isFalse();
        product.simulator().endFaults();
        product.simulator().fault(Map.of("kind", "media-corrupt"));
        browser.press("Try again").sees("What WhatsApp keeps is not the file that was sent.");
        browser.press("Faktur.pdf");
        await().atMost(PATIENCE)
                .until(() -> states().stream()
                                .filter(state -> state.startsWith("What WhatsApp keeps is not"))
                                .count()
                        == 2);
        assertThat(visitor.faultsOfThisPage("chat-files-away")).isEmpty();
        browser.size(1440, 1000);
        product.simulator().endFaults();

        product.simulator().forgetMedia();
        product.simulator().fault(Map.of("kind", "refuse-reupload"));
        browser.press("Try again").sees("WhatsApp does not keep this file any more. Ask its sender to send it again.");
        product.simulator().endFaults();
        browser.press("Try again");
        await().atMost(PATIENCE).until(() -> pictures().equals(List.of(640L)));
        product.simulator().fault(Map.of("kind", "media-error", "status", 500, "times", 20));
        Object _ = evaluate("document.querySelector('audio').play().catch(() => null)");
        await().atMost(PATIENCE)
                .until(() -> states().stream().anyMatch(state -> state.startsWith("The file cannot be fetched")));
    }

    /** What is sent as a picture or a document may be anything, and a person may open it. */
    @Test
    void runsNothingThatAStrangerSends() {
        String session = visitor.connect(phone);
        send("image", "image/svg+xml", null, bytes(SVG), "a drawing");
        send("image", "image/png", null, bytes(HTML), "no picture at all");
        send("image", "image/png", null, bytes(SVG), "no picture either");
        send("document", "text/html", "Faktur.html", bytes(HTML), null);
        send("document", "application/xhtml+xml", "Faktur.xhtml", bytes(HTML), null);
        send("document", "image/svg+xml", "Faktur.svg", bytes(SVG), null);
        send("document", "application/pdf", "Faktur.pdf\".html", bytes(HTML), null);
        send("video", "video/mp4", null, bytes(HTML), "no film");
        send("voice", "text/html", null, bytes(HTML), null);
        send("document", "text/javascript", "a.js", bytes(SCRIPT), null);
        send("document", "text/plain", "a.txt", bytes(SCRIPT), null);

        browser.visit(chat(session)).sees("a.txt");
        await().atMost(PATIENCE).until(() -> {
            showAll();
            // A busy machine may not have fetched one in time.
            browser.driver()
                    .executeScript("document.querySelectorAll('.message .state button').forEach(each => each.click())");
            return states().stream()
                            .filter(state -> state.equals("This browser cannot show the file. Download it instead."))
                            .count()
                    == 2;
        });
        List<String> urls = browser.driver().findElements(By.cssSelector("a[data-file]")).stream()
                .map(link -> Objects.requireNonNull(link.getDomAttribute("href")))
                .toList();
        assertThat(urls).hasSize(11);
        for (String url : urls) {
            browser.visit(url);
            assertThat(ran(session)).as(url).isFalse();
            // As a page of a stranger's would that the person has open: neither in a frame nor as a script.
            browser.visit(chat(session));
            browser.driver().executeAsyncScript("""
                            const [url, done] = arguments;
                            const frame = Object.assign(document.createElement("iframe"), {src: url});
                            const script = Object.assign(document.createElement("script"), {src: url});
                            script.onload = script.onerror = () => setTimeout(done, 300);
                            document.body.append(frame, script);
                            """, url);
            assertThat(ran(session)).as(url).isFalse();
        }
    }

    private boolean ran(String session) {
        browser.visit("/sessions/" + session);
        return browser.driver().executeScript("return localStorage.getItem('ran')") != null;
    }

    private void sendOfEveryKind() {
        send("image", "image/jpeg", null, PlayableFile.photo(1280, 960), "Apakah warna ini masih ada?");
        send("sticker", "image/webp", null, PlayableFile.sticker(browser), null);
        send("voice", "audio/ogg; codecs=opus", null, PlayableFile.voice(3), null);
        send("video", "video/webm", null, PlayableFile.video(browser), "Beginilah bunyinya");
        send(
                "document",
                "application/pdf",
                "Daftar harga November 2026.pdf",
                SampleFile.pdf(300_000, new Random(1)),
                null);
        send("image", "image/png", null, PlayableFile.noise(1500, 1500), "Satu foto besar");
        send("document", "image/heic", "Foto produk.heic", SampleFile.pdf(2_000, new Random(2)), null);
    }

    private void send(String type, String mimeType, @Nullable String name, byte[] content, @Nullable String caption) {
        Map<String, Object> message = new HashMap<>(Map.of(
                "to",
                phone,
                "type",
                type,
                "mimeType",
                mimeType,
                "media",
                Base64.getEncoder().encodeToString(content)));
        if (name != null) {
            message.put("fileName", name);
        }
        if (type.equals("voice")) {
            message.put("seconds", 3);
        }
        if (caption != null) {
            message.put("caption", caption);
        }
        product.simulator().write(customer, message);
    }

    private String chat(String session) {
        return "/sessions/" + session + "/chats?chat=" + customer;
    }

    /** The widths of the pictures that were loaded; 0 for one that was not. */
    private List<Long> pictures() {
        Object widths = browser.driver()
                .executeScript("return [...document.querySelectorAll('.message img')].map(each => each.naturalWidth)");
        return ((List<?>) Objects.requireNonNull(widths))
                .stream().map(width -> ((Number) width).longValue()).toList();
    }

    private List<String> states() {
        Object states = browser.driver()
                .executeScript(
                        "return [...document.querySelectorAll('.message .state')].map(each => each.textContent)");
        return ((List<?>) Objects.requireNonNull(states))
                .stream().map(String::valueOf).toList();
    }

    /** Has the whole conversation on the page, since pictures are loaded when they are scrolled to. */
    private void showAll() {
        browser.driver()
                .executeScript("document.querySelector('.scroll-up').style.maxHeight = 'none';"
                        + "document.querySelectorAll('.message').forEach(message => message.scrollIntoView())");
    }

    private void awaitPictures() {
        await().atMost(PATIENCE).until(() -> {
            showAll();
            return pictures().stream().filter(width -> width > 0).count() == 2;
        });
    }

    /** Plays a file to its end. */
    private void play(String player) {
        assertThat(evaluate("""
                        new Promise((done) => {
                          const player = document.querySelector("%s");
                          player.addEventListener("ended", () => done("played"));
                          player.addEventListener("error", () => done(player.error?.message ?? "an error"));
                          player.play().catch((error) => done(String(error)));
                        })
                        """.formatted(player))).as(player).isEqualTo("played");
    }

    /** Runs a script as if a person had pressed something, without which browsers play nothing. */
    private @Nullable Object evaluate(String script) {
        Object result = browser.driver()
                .executeCdpCommand(
                        "Runtime.evaluate",
                        Map.of("expression", script, "awaitPromise", true, "userGesture", true, "returnByValue", true))
                .get("result");
        return result instanceof Map<?, ?> value ? value.get("value") : null;
    }

    private static Stream<String> filesOf(Path folder) {
        return Stream.of(Objects.requireNonNull(folder.toFile().list()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
