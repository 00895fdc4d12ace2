package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import dev.merpati.cluster.GatewayClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The console as a person meets it, in a real browser. */
@ExtendWith(ProductExtension.class)
class ConsoleBrowserIT {
    private static final String PASSWORD = "a long enough phrase";
    private static int people;

    private final Product product;
    private final Chromium browser;
    private final String email = "person" + ++people + "@example.com";

    ConsoleBrowserIT(Product product) {
        this.product = product;
        this.browser = Chromium.open(product.url());
    }

    @AfterEach
    void close() {
        browser.close();
    }

    /** The two minutes in which a stranger gets from the first page to a message on a phone. */
    @Test
    void leadsAStrangerFromTheFirstPageToAMessageOnAPhone() {
        String phone = Product.newNumber();
        String customer = Product.newNumber();
        product.simulator().addPhone(phone);
        product.simulator().addPhone(customer);

        browser.visit("/").sees("Send WhatsApp messages");
        browser.screenshot("story-1-start");
        browser.press("Create a free account");
        browser.fill("Your name or your company's", "A Stranger")
                .fill("E-mail address", email)
                .fill("Password", PASSWORD);
        browser.screenshot("story-2-signup");
        browser.find("main button[type=submit]").click();
        browser.fill("E-mail address", email).fill("Password", PASSWORD);
        browser.find("main button[type=submit]").click();
        browser.sees("You have no sessions yet");

        browser.fill("Name", "My Business Account").press("Create session");
        String code = Objects.requireNonNull(browser.find(".qr img").getDomAttribute("src"));
        browser.screenshot("story-3-qr");
        assertThat(product.simulator().scan(phone, code).status()).isEqualTo(200);
        browser.sees("This session is connected and can send.").sees("+" + phone);
        browser.screenshot("story-4-connected");

        browser.fill("Phone number", customer).fill("Message", "Halo dari konsol 🕊");
        browser.find("#send-text button").click();
        browser.sees("WhatsApp has taken the message.");
        browser.screenshot("story-5-sent");
        assertThat(product.simulator().messages(customer).toString()).contains("Halo dari konsol 🕊");

        browser.press("See what becomes of it").sees("+" + customer);
        Awaitility.await().untilAsserted(() -> {
            browser.driver().navigate().refresh();
            assertThat(browser.find(".badge").getText()).isIn("Delivered", "Read");
        });
        browser.visit("/keys").fill("Name", "My shop").press("Make the key");
        String key = browser.find("#secret").getText();
        assertThat(key).startsWith("mk_live_");
        assertThat(new GatewayClient(product.url(), key).get("/api/sessions").status())
                .isEqualTo(200);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void sendsAFileThatAPersonChooses() throws IOException {
        String phone = Product.newNumber();
        String customer = Product.newNumber();
        product.simulator().addPhone(customer);
        connect(phone);
        Path file = Files.createTempFile("note", ".pdf");
        Files.writeString(file, "%PDF-1.4\n%%EOF\n");

        browser.press("Send a picture or a file");
        browser.driver().findElement(By.id("file-to")).sendKeys(customer);
        browser.driver().findElement(By.id("file")).sendKeys(file.toString());
        browser.find("#send-file button").click();

        browser.sees("WhatsApp has taken the message.");
        assertThat(product.simulator().messages(customer)).hasSize(1);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void asksBeforeItDeletesAndCanBeUsedWithTheKeyboardAlone() {
        signUp();
        browser.fill("Name", "Short-lived").press("Create session").sees("All sessions");
        browser.press("Delete").sees("This cannot be undone");
        browser.press("Cancel");
        assertThat(browser.driver().switchTo().activeElement().getText()).isEqualTo("Delete");

        browser.driver().switchTo().activeElement().sendKeys(Keys.ENTER);
        browser.sees("This cannot be undone");
        browser.find("#delete-dialog button.danger").sendKeys(Keys.ENTER);
        browser.sees("You have no sessions yet");
    }

    /** Every page, on a phone, a tablet and a desk, light and dark: readable, labelled, and no wider than the screen. */
    @Test
    void isAccessibleAndFitsEveryScreenInBothThemes() {
        String phone = Product.newNumber();
        String session = connect(phone);
        List<String> pages = List.of(
                "/",
                "/sessions",
                "/sessions/" + session,
                "/messages",
                "/numbers",
                "/usage",
                "/keys",
                "/audit",
                "/nothing");
        Map<String, List<String>> faults = new TreeMap<>();
        for (String page : pages) {
            for (String theme : List.of("light", "dark")) {
                browser.size(1440, 1000).visit(page + "?theme=" + theme);
                String name = nameOf(page, session);
                for (Rule rule : new AxeBuilder().analyze(browser.driver()).getViolations()) {
                    faults.computeIfAbsent(name + " " + theme, key -> new ArrayList<>())
                            .add(rule.getId() + ": "
                                    + rule.getNodes().getFirst().getHtml());
                }
                for (int width : new int[] {390, 768, 1440}) {
                    browser.size(width, width < 500 ? 844 : 1000);
                    long overflow = (Long)
                            Objects.requireNonNull(
                                    browser.driver()
                                            .executeScript(
                                                    "return document.documentElement.scrollWidth - document.documentElement.clientWidth"));
                    if (overflow > 0) {
                        faults.computeIfAbsent(name + " " + width, key -> new ArrayList<>())
                                .add(overflow + " pixels too wide");
                    }
                    browser.screenshot("page-" + name + "-" + theme + "-" + width);
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    private static String nameOf(String page, String session) {
        return page.equals("/") ? "start" : page.substring(1).replace("/" + session, "-one");
    }

    @Test
    void speaksIndonesianWhenAsked() {
        signUp();
        browser.visit("/sessions?lang=id").sees("Anda belum punya sesi");
        browser.visit("/numbers").sees("Cek nomor");
        assertThat(browser.find("html").getDomAttribute("lang")).isEqualTo("id");
    }

    @Test
    void sendsABrowserWhoseLoginHasEndedToTheLoginPage() {
        signUp();
        browser.driver().manage().deleteCookieNamed("merpati");
        browser.visit("/usage");
        assertThat(browser.path()).startsWith("/login");
    }

    /** Logs in and has a phone scan the code of a new session. */
    private String connect(String phone) {
        signUp();
        product.simulator().addPhone(phone);
        browser.fill("Name", "My Business Account").press("Create session");
        WebElement code = browser.find(".qr img");
        assertThat(product.simulator()
                        .scan(phone, Objects.requireNonNull(code.getDomAttribute("src")))
                        .status())
                .isEqualTo(200);
        browser.sees("This session is connected and can send.");
        return browser.path().substring("/sessions/".length());
    }

    private void signUp() {
        browser.visit("/signup")
                .fill("Your name or your company's", "A Person")
                .fill("E-mail address", email)
                .fill("Password", PASSWORD);
        browser.find("main button[type=submit]").click();
        browser.fill("E-mail address", email).fill("Password", PASSWORD);
        browser.find("main button[type=submit]").click();
        browser.sees("You have no sessions yet");
    }
}
