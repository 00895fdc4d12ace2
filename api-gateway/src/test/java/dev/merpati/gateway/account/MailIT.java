package dev.merpati.gateway.account;

import static dev.merpati.gateway.account.AccountGateway.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import dev.merpati.gateway.harness.Browser;
import dev.merpati.gateway.harness.GatewayHarness;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

/** What changes when a mail server is configured. */
class MailIT {
    private static final GreenMail MAIL = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private static final Pattern LINK = Pattern.compile("https://merpati\\.example(/\\S+token=\\S+)");

    private static int port;
    private static @Nullable ConfigurableApplicationContext gateway;

    private final String email = AccountGateway.newEmail();

    @BeforeAll
    static void start() {
        MAIL.start();
        GatewayHarness harness = AccountGateway.get();
        ConfigurableApplicationContext started =
                harness.startAnother(settings(MAIL.getSmtp().getPort()));
        gateway = started;
        port = AccountGateway.portOf(started);
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
        MAIL.stop();
    }

    @Test
    void nobodyLogsInBeforeTheAddressIsVerifiedWithThePassword() {
        Browser browser = AccountGateway.browser(port);
        browser.submit("/signup", "name", "A", "email", email, "password", PASSWORD)
                .leadsTo("/login?signed-up");
        String link = link(1);

        browser.get("/login");
        browser.post("/login", "email", email, "password", PASSWORD).is(403).says("not verified yet");
        browser.get(link).is(410);
        link = link(2);
        String token = link.substring(link.indexOf('=') + 1);
        browser.get(link).is(200);
        browser.post("/verify-email", "token", token, "password", "not the password")
                .is(422);
        browser.post("/verify-email", "token", token, "password", PASSWORD).leadsTo("/login?verified");
        browser.post("/verify-email", "token", token, "password", PASSWORD).is(410);
        browser.submit("/login", "email", email, "password", PASSWORD).leadsTo("/sessions");
    }

    @Test
    void whoSignsUpWithAnAddressThatIsNotTheirsDoesNotKeepIt() {
        Browser attacker = AccountGateway.browser(port);
        attacker.submit("/signup", "name", "A", "email", email, "password", "the attacker's phrase");
        String first = link(1);
        Browser owner = AccountGateway.browser(port);
        owner.submit("/signup", "name", "Owner", "email", email, "password", PASSWORD);
        String second = link(2);

        owner.get(first).is(410);
        owner.get(second).is(200);
        owner.post("/verify-email", "token", second.substring(second.indexOf('=') + 1), "password", PASSWORD)
                .leadsTo("/login?verified");
        attacker.submit("/login", "email", email, "password", "the attacker's phrase")
                .is(422);
        owner.submit("/login", "email", email, "password", PASSWORD).leadsTo("/sessions");
    }

    @Test
    void theOwnerOfAnAccountIsToldOfASecondSignUpInTheirLanguage() {
        verified();
        Browser other = AccountGateway.browser(port).with("Accept-Language", "id");
        other.submit("/signup", "name", "B", "email", email, "password", "another long phrase")
                .leadsTo("/login?signed-up");

        await().untilAsserted(() -> assertThat(mails()).anySatisfy(mail -> {
            assertThat(subject(mail)).isEqualTo("You have an account already");
            assertThat(GreenMailUtil.getBody(mail)).contains("https://merpati.example/forgot-password");
            assertThat(mail.getFrom()[0].toString()).isEqualTo("Merpati <hello@merpati.example>");
        }));
    }

    @Test
    void anotherAddressTakesTheOldOnesPlaceOnceItIsVerified() {
        Browser browser = verified();
        String newEmail = "new-" + email;
        browser.get("/account").is(200);
        browser.post("/account/email", "email", newEmail, "email-password", PASSWORD)
                .leadsTo("/account?done=email-pending");
        String link = await().until(() -> linksTo(newEmail), found -> found.size() == 1)
                .getFirst();

        AccountGateway.browser(port)
                .submit("/login", "email", newEmail, "password", PASSWORD)
                .is(422);
        browser.get(link).is(200);
        browser.post("/verify-email", "token", link.substring(link.indexOf('=') + 1), "password", PASSWORD)
                .leadsTo("/login?verified");
        AccountGateway.browser(port)
                .submit("/login", "email", email, "password", PASSWORD)
                .is(422);
        AccountGateway.browser(port)
                .submit("/login", "email", newEmail, "password", PASSWORD)
                .leadsTo("/sessions");
    }

    @Test
    void aMailOutlivesTheGatewayThatCouldNotSendIt() {
        try (ConfigurableApplicationContext dying = AccountGateway.get().startAnother(settings(1))) {
            AccountGateway.browser(AccountGateway.portOf(dying))
                    .submit("/signup", "name", "A", "email", email, "password", PASSWORD)
                    .leadsTo("/login?signed-up");
        }

        String link = link(1);

        AccountGateway.browser(port).get(link).is(200);
        assertThat(mails()).hasSize(1);
    }

    @Test
    void aMailIsUnreadableInRedisAndGoneOnceItIsSent() {
        ConfigurableApplicationContext context = Objects.requireNonNull(gateway);
        MailQueue queue = context.getBean(MailQueue.class);
        ReactiveStringRedisTemplate redis = context.getBean(ReactiveStringRedisTemplate.class);
        MailQueue.Mail mail = new MailQueue.Mail(Instant.now(), email, "a subject", "a text");

        // It may be taken and sent before it is looked at.
        assertThat(queue.put(mail)
                        .thenMany(redis.<String, String>opsForHash().values(MailQueue.KEYS.get(1)))
                        .collectList()
                        .block())
                .allSatisfy(stored -> assertThat(stored).doesNotContain("subject", "a text", email));

        await().untilAsserted(() ->
                assertThat(mails()).anySatisfy(sent -> assertThat(subject(sent)).isEqualTo("a subject")));
        for (String key : MailQueue.KEYS) {
            await().untilAsserted(
                            () -> assertThat(redis.hasKey(key).block()).as(key).isFalse());
        }
    }

    @Test
    void aBrowserThatHasVerifiedItsAddressIsKnown() {
        verified();

        assertThat(mails()).noneMatch(mail -> subject(mail).equals("Login from a new browser"));
        AccountGateway.browser(port)
                .submit("/login", "email", email, "password", PASSWORD)
                .leadsTo("/sessions");
        await().untilAsserted(
                        () -> assertThat(mails().stream().map(MailIT::subject).toList())
                                .containsOnlyOnce("Login from a new browser"));
    }

    private static String[] settings(int smtpPort) {
        return Stream.concat(
                        Arrays.stream(AccountGateway.SETTINGS),
                        Stream.of(
                                "--spring.mail.host=127.0.0.1",
                                "--spring.mail.port=" + smtpPort,
                                "--merpati.accounts.public-url=https://merpati.example",
                                "--merpati.accounts.mail-from=Merpati <hello@merpati.example>"))
                .toArray(String[]::new);
    }

    private Browser verified() {
        Browser browser = AccountGateway.browser(port);
        browser.submit("/signup", "name", "A", "email", email, "password", PASSWORD);
        String link = link(1);
        browser.get(link).is(200);
        browser.post("/verify-email", "token", link.substring(link.indexOf('=') + 1), "password", PASSWORD);
        browser.submit("/login", "email", email, "password", PASSWORD).leadsTo("/sessions");
        return browser;
    }

    private String link(int number) {
        return await().until(() -> linksTo(email), found -> found.size() >= number)
                .get(number - 1);
    }

    private List<String> linksTo(String to) {
        return mailsTo(to)
                .map(mail -> LINK.matcher(GreenMailUtil.getBody(mail)))
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .toList();
    }

    private List<MimeMessage> mails() {
        return mailsTo(email).toList();
    }

    private static Stream<MimeMessage> mailsTo(String to) {
        return Arrays.stream(MAIL.getReceivedMessages()).filter(mail -> {
            try {
                return mail.getAllRecipients()[0].toString().equals(to);
            } catch (MessagingException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static String subject(MimeMessage mail) {
        try {
            return mail.getSubject();
        } catch (MessagingException e) {
            throw new AssertionError(e);
        }
    }
}
