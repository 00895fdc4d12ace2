package dev.merpati.gateway.account;

import static org.awaitility.Awaitility.await;

import dev.merpati.gateway.audit.AuditLog;
import dev.merpati.gateway.harness.Browser;
import dev.merpati.gateway.harness.GatewayHarness;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.context.ConfigurableApplicationContext;

/** The gateway that the tests of accounts share: anybody may sign up, and no mail server is there. */
public final class AccountGateway {
    static final String PASSWORD = "a long enough phrase";

    static final String[] SETTINGS = {
        GatewayHarness.PATIENT_WITH_KAFKA,
        "--merpati.accounts.sign-up=true",
        "--merpati.accounts.plan=starter",
        "--merpati.accounts.show-mails=true",
        "--merpati.gateway.trusted-proxies=127.0.0.1"
    };

    private static final Pattern LINK = Pattern.compile("http://localhost:8080(/\\S+token=\\S+)");
    private static final AtomicInteger PEOPLE = new AtomicInteger();
    private static final GatewayHarness GATEWAY = GatewayHarness.start(SETTINGS);

    private AccountGateway() {}

    public static GatewayHarness get() {
        GATEWAY.worker().reset();
        return GATEWAY;
    }

    /** An address that nobody has used in this JVM. */
    public static String newEmail() {
        return "person" + PEOPLE.incrementAndGet() + "@example.com";
    }

    /** A browser whose address nobody else's browser has. */
    public static Browser browser() {
        return browser(GATEWAY.port());
    }

    static Browser browser(int port) {
        int number = PEOPLE.incrementAndGet();
        return new Browser(port).with("X-Forwarded-For", "10.1." + number / 250 + "." + (1 + number % 250));
    }

    /** A browser that has just signed up and logged in. */
    public static Browser signedUp(String email) {
        Browser browser = browser();
        browser.submit("/signup", "name", "A Person", "email", email, "password", PASSWORD)
                .leadsTo("/login?signed-up");
        logIn(browser, email);
        return browser;
    }

    static void logIn(Browser browser, String email) {
        browser.submit("/login", "email", email, "password", PASSWORD).leadsTo("/sessions");
    }

    /** The last mails to the address that no mail server has taken, newest first. */
    static List<MailQueue.Mail> mailsTo(String email) {
        return GATEWAY.contexts().stream()
                .flatMap(gateway -> gateway.getBean(Outbox.class).shown().stream())
                .filter(mail -> mail.to().equals(email))
                .sorted(Comparator.comparing(MailQueue.Mail::at).reversed())
                .toList();
    }

    /** The last link that was mailed to the address. */
    static String linkFor(String email) {
        return await().until(
                        () -> mailsTo(email).stream()
                                .map(mail -> LINK.matcher(mail.text()))
                                .filter(Matcher::find)
                                .map(link -> link.group(1))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    /** The id of the tenant whose account has the address. */
    public static String tenantOf(String email) {
        return Objects.requireNonNull(
                GATEWAY.context().getBean(EmailIndex.class).find(email).block());
    }

    /** The actions in the account's audit log, newest first. */
    static List<String> audited(String email) {
        return Objects.requireNonNull(GATEWAY.context()
                .getBean(AuditLog.class)
                .read(tenantOf(email), null, 100)
                .map(entry -> entry.event().action())
                .collectList()
                .block());
    }

    static int portOf(ConfigurableApplicationContext gateway) {
        return gateway.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    static double hashes(ConfigurableApplicationContext gateway) {
        return gateway.getBean(MeterRegistry.class)
                .get("merpati.gateway.password.hashes")
                .counter()
                .count();
    }
}
