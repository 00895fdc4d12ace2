package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.selenium.AxeBuilder;
import dev.merpati.cluster.Answer;
import dev.merpati.cluster.GatewayClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import tools.jackson.databind.JsonNode;

/** The console as a person meets it, in a real browser. */
@ExtendWith(ProductExtension.class)
class ConsoleBrowserIT {
    private static final String PASSWORD = ConsoleVisitor.PASSWORD;

    private final Product product;
    private final ConsoleVisitor visitor;
    private final Chromium browser;
    private final String email;

    ConsoleBrowserIT(Product product) {
        this.product = product;
        this.visitor = new ConsoleVisitor(product);
        this.browser = visitor.browser();
        this.email = visitor.email();
    }

    @AfterEach
    void close() {
        visitor.close();
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
        browser.click("main button[type=submit]");
        browser.fill("E-mail address", email).fill("Password", PASSWORD);
        browser.click("main button[type=submit]");
        browser.sees("You have no sessions yet");

        browser.fill("Name", "My Business Account").press("Create session");
        String code = browser.attribute(".qr img", "src");
        browser.screenshot("story-3-qr");
        assertThat(browser.attribute(".qr a", "href")).isEqualTo(product.simulatorUrl());
        assertThat(product.simulator().scan(phone, code).status()).isEqualTo(200);
        browser.sees("This session is connected and can send.").sees("+" + phone);
        browser.screenshot("story-4-connected");

        browser.fill("Phone number", customer).fill("Message", "Halo dari konsol 🕊");
        browser.click("#send-text button");
        browser.sees("WhatsApp has taken the message.");
        browser.screenshot("story-5-sent");
        assertThat(product.simulator().messages(customer).toString()).contains("Halo dari konsol 🕊");

        browser.press("See what becomes of it").sees("+" + customer);
        Awaitility.await().untilAsserted(() -> {
            browser.driver().navigate().refresh();
            assertThat(browser.text(".badge")).isIn("Delivered", "Read");
        });
        browser.visit("/keys").fill("Name", "My shop").press("Make the key");
        String key = browser.text("#secret");
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
        visitor.connect(phone);
        Path file = Files.createTempFile("note", ".pdf");
        Files.writeString(file, "%PDF-1.4\n%%EOF\n");

        browser.press("Send a picture or a file");
        browser.driver().findElement(By.id("file-to")).sendKeys(customer);
        browser.driver().findElement(By.id("file")).sendKeys(file.toString());
        browser.click("#send-file button");

        browser.sees("WhatsApp has taken the message.");
        assertThat(product.simulator().messages(customer)).hasSize(1);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void asksBeforeItDeletesAndCanBeUsedWithTheKeyboardAlone() {
        visitor.signUp();
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
    @Tag("heavy")
    @Test
    void isAccessibleAndFitsEveryScreenInBothThemes() {
        String phone = Product.newNumber();
        String customer = Product.newNumber();
        String session = visitor.connect(phone);
        browser.visit("/sessions/" + session + "/chats");
        writeEverything(phone, customer);
        browser.sees("+" + customer);
        browser.visit("/webhooks")
                .fill("URL", "https://hooks.example.com/merpati")
                .press("Create webhook");
        browser.sees("whsec_");
        browser.visit("/webhooks").press("https://hooks.example.com/merpati").sees("Deliver again");
        String webhook = browser.path();
        List<String> pages = List.of(
                "/",
                "/sessions",
                "/sessions/" + session,
                "/sessions/" + session + "/chats",
                "/sessions/" + session + "/chats?chat=" + customer,
                "/messages",
                "/webhooks",
                webhook,
                "/numbers",
                "/usage",
                "/keys",
                "/audit",
                "/account",
                "/account/second-factor",
                "/nothing");
        assertThat(visitor.faultsOf(pages, page -> nameOf(page, session))).isEmpty();
    }

    @Tag("heavy")
    @Test
    void isAccessibleAlsoToWhoeverIsNotLoggedIn() {
        List<String> pages = List.of("/", "/login", "/signup", "/forgot-password", "/docs", "/mails");
        assertThat(visitor.faultsOf(pages, page -> nameOf(page, "none"))).isEmpty();
    }

    private static String nameOf(String page, String session) {
        return page.equals("/")
                ? "start"
                : page.substring(1)
                        .replace("/" + session, "-one")
                        .replaceAll("\\?.*|/wh_.*", "-chosen")
                        .replace('/', '-');
    }

    @Test
    void refusesAWrongPasswordAndTheSessionsOfOthersAndRunsNoScriptOfAName() {
        visitor.signUp();
        browser.fill("Name", "<img src=x onerror=alert(1)><script>alert(2)</script>")
                .press("Create session");
        browser.sees("<script>alert(2)</script>");
        String session = browser.path();
        browser.visit("/sessions").sees("<img src=x onerror=alert(1)>");
        browser.press("Log out");

        browser.fill("E-mail address", email).fill("Password", "another long phrase");
        browser.click("main button[type=submit]");
        browser.find("#login-error");

        browser.visit("/signup")
                .fill("Your name or your company's", "Somebody else")
                .fill("E-mail address", "other-" + email)
                .fill("Password", PASSWORD);
        browser.click("main button[type=submit]");
        browser.fill("E-mail address", "other-" + email).fill("Password", PASSWORD);
        browser.click("main button[type=submit]");
        browser.sees("You have no sessions yet");
        browser.visit(session).sees("This did not work");
        assertThat(browser.complaints()).noneMatch(complaint -> complaint.contains("alert"));
    }

    @Test
    void showsAPasswordWhenAskedAndHowStrongItIs() {
        browser.visit("/signup").fill("E-mail address", email).fill("Password", "password1234");
        browser.sees("Easily guessed.");
        assertThat(browser.attribute("#password", "type")).isEqualTo("password");

        browser.find("[data-reveal=password]").sendKeys(Keys.SPACE);
        assertThat(browser.attribute("#password", "type")).isEqualTo("text");
        assertThat(browser.attribute("[data-reveal=password]", "aria-pressed")).isEqualTo("true");
        assertThat(new AxeBuilder().analyze(browser.driver()).getViolations()).isEmpty();
        browser.screenshot("signup-weak");
        browser.fill("Password", "a long enough phrase").sees("Very good.");
        browser.press("Show");
        assertThat(browser.attribute("#password", "type")).isEqualTo("password");
        browser.fill("Password", "short").sees("Too short: 12 characters or more.");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void speaksIndonesianWhenAsked() {
        visitor.signUp();
        browser.visit("/sessions?lang=id").sees("Anda belum punya sesi");
        browser.visit("/numbers").sees("Cek nomor");
        assertThat(browser.attribute("html", "lang")).isEqualTo("id");
    }

    @Test
    void sendsABrowserWhoseLoginHasEndedToTheLoginPage() {
        visitor.signUp();
        browser.driver().manage().deleteCookieNamed("merpati");
        browser.visit("/usage");
        assertThat(browser.path()).startsWith("/login");
    }

    /** What came in and what went out appears while a person looks on, and nothing that anybody writes is run. */
    @Tag("heavy")
    @Test
    void showsAConversationAsItHappens() {
        String phone = Product.newNumber();
        String customer = Product.newNumber();
        String session = visitor.connect(phone);
        browser.press("Chats").sees("Nothing has been said yet");
        writeEverything(phone, customer);
        browser.sees("+" + customer).click(".chat-list a");
        browser.sees("<script>alert(1)</script>")
                .sees("the corrected text")
                .sees("👍")
                .sees("Monas");
        browser.screenshot("chat");

        JsonNode later = write(customer, Map.of("to", phone, "text", "While you are looking"));
        browser.sees("While you are looking");
        write(customer, Map.of("type", "edit", "id", later.get("id").stringValue(), "text", "Changed"));
        browser.sees("Changed");
        assertThat(browser.driver().findElements(By.cssSelector(".messages .said")).stream()
                        .filter(said -> said.getText().equals("Changed")))
                .hasSize(1);

        browser.fill("Reply", "Yes, until six").press("Send").sees("WhatsApp has taken the message.");
        browser.sees("Sent through the API");
        assertThat(browser.labelled("Reply").getDomProperty("value")).isEmpty();
        assertThat(product.simulator().messages(customer))
                .extracting(message -> message.path("text").asString())
                .contains("Yes, until six");
        browser.screenshot("chat-reply");
        browser.visit("/sessions/" + session + "/chats?chat=" + customer).sees("Changed");
        assertThat(browser.complaints()).noneMatch(complaint -> complaint.contains("alert"));
    }

    /** Has a phone write what there is, and something that no page may run. */
    private void writeEverything(String phone, String customer) {
        product.simulator().addPhone(customer);
        JsonNode first = write(customer, Map.of("to", phone, "text", "a text with a mistake"));
        String id = first.get("id").stringValue();
        write(
                customer,
                Map.of("to", phone, "text", "<script>alert(1)</script><img src=x onerror=alert(2)>", "quote", id));
        write(customer, Map.of("type", "edit", "id", id, "text", "the corrected text"));
        write(
                customer,
                Map.of("to", phone, "type", "location", "latitude", -6.175, "longitude", 106.827, "name", "Monas"));
        write(customer, Map.of("type", "reaction", "id", id, "emoji", "👍"));
    }

    private JsonNode write(String number, Map<String, Object> message) {
        Answer answer = product.simulator().post("/sim/phones/" + number + "/messages", message);
        assertThat(answer.status()).as("%s", answer).isBetween(200, 299);
        return answer.json();
    }
}
