package dev.merpati.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.gateway.account.AccountGateway;
import dev.merpati.gateway.harness.Browser;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleIT {
    private static final Pattern SECRET = Pattern.compile("mk_live_[a-z0-9]{12}_[0-9A-Za-z]{49}");

    private final GatewayHarness gateway = AccountGateway.get();
    private final Browser browser = AccountGateway.signedUp(AccountGateway.newEmail());

    @ParameterizedTest
    @ValueSource(strings = {"/sessions", "/messages", "/webhooks", "/numbers", "/usage", "/keys", "/audit"})
    void showsEveryPageInBothLanguagesToWhoeverIsLoggedInAndToNobodyElse(String page) {
        for (String language : new String[] {"en", "id"}) {
            String html = browser.get(page + "?lang=" + language).is(200).body();
            assertThat(html)
                    .contains("<html", "lang=\"" + language + "\"", "<h1")
                    .doesNotContain("??", "th:");
        }
        assertThat(AccountGateway.browser().get(page).is(303).location()).startsWith("/login");
    }

    @Test
    void createsASessionShowsItsCodeAndTellsWhenItWasScanned() throws IOException {
        UUID session = newSession("Toko <script>alert(1)</script>");
        gateway.worker().showQr(session, "2@code", Duration.ofMinutes(1));

        String page = browser.get("/sessions/" + session).is(200).body();
        assertThat(page)
                .contains("data:image/png;base64,", "Waiting for a phone", "&lt;script&gt;alert(1)&lt;/script&gt;")
                .doesNotContain("<script>alert(1)");

        try (EventStream stream = open("/sessions/" + session + "/live")) {
            assertThat(stream.next("state")).contains("data:image/png;base64,");
            gateway.worker().connect(session, "6281234500000");
            assertThat(stream.next("state"))
                    .contains("can send", "+6281234500000")
                    .doesNotContain("data:image");
        }
        try (EventStream stream = open("/sessions/live?q=toko")) {
            assertThat(stream.next("list")).contains("+6281234500000");
            gateway.worker().setStatus(session, SessionStatus.DISCONNECTED);
            assertThat(stream.next("list")).contains("Disconnected");
        }
    }

    /** A class whose tests log errors fails. */
    @Test
    void aStreamEndsQuietlyWhenItsSessionIsDeleted() throws IOException {
        UUID session = connectedSession();
        browser.get("/sessions/" + session).is(200);
        try (EventStream stream = open("/sessions/" + session + "/live")) {
            assertThat(stream.next("state")).contains("can send");

            browser.post("/sessions/" + session + "/delete").leadsTo("/sessions");

            assertThatThrownBy(() -> stream.next("none")).hasMessage("the stream has ended");
        }
    }

    @Test
    void sendsATestMessageAndTellsInPlainWordsWhatCameOfIt() {
        UUID session = connectedSession();
        browser.get("/sessions/" + session).is(200);

        browser.post("/sessions/" + session + "/send", "to", "+62 812-3456-789", "message", "one\r\ntwo")
                .is(200)
                .says("WhatsApp has taken the message");
        gateway.worker().on(envelope -> Optional.of(Outcome.Failed.of(FailureCode.NOT_REGISTERED, "x")));
        browser.post("/sessions/" + session + "/send", "to", "6281234567890", "message", "hello")
                .is(200)
                .says("This phone number is not on WhatsApp.");
        browser.post("/sessions/" + session + "/send", "to", "0812", "message", "hello")
                .is(200)
                .says("country code");

        String messages = browser.get("/messages?session=" + session).is(200).body();
        assertThat(messages).contains("+628123456789", "Sent", "Failed", "This phone number is not on WhatsApp.");
        assertThat(browser.get("/usage").is(200).body()).contains("1, no limit");
    }

    @Test
    void renamesReconnectsAndDeletesASessionAndNotesIt() {
        UUID session = connectedSession();
        browser.get("/sessions/" + session).is(200);

        browser.post("/sessions/" + session + "/rename", "name", "  Renamed ").is(303);
        browser.get("/sessions/" + session).is(200).says("Renamed");
        browser.post("/sessions/" + session + "/rename", "name", " ").is(400).says("fill in all fields");
        browser.post("/sessions/" + session + "/reconnect").is(303);
        browser.post("/sessions/" + session + "/delete").leadsTo("/sessions");
        browser.get("/sessions/" + session).is(404).says("no such page");

        assertThat(browser.get("/audit").is(200).body())
                .contains(
                        "session.created", "session.renamed", "session.reconnected", "session.deleted", "@example.com");
    }

    @Test
    void linksAPhoneByACodeOrWithAPasskey() {
        UUID session = newSession("a session");
        browser.get("/sessions/" + session).is(200).says("Link with a phone number");

        browser.post("/sessions/" + session + "/pairing-code", "phoneNumber", "+62 812-3456-789")
                .is(200)
                .says("7K2M-QX9B")
                .says("UTC");
        browser.post("/sessions/" + session + "/pairing-code", "phoneNumber", "0812")
                .is(200)
                .says("country code");

        gateway.worker()
                .redis()
                .hset(
                        gateway.worker().keys().session(session),
                        Map.of(
                                SessionRecord.STATUS,
                                "connecting",
                                SessionRecord.DISCONNECTION,
                                "PASSKEY_REQUIRED",
                                SessionRecord.PASSKEY,
                                "{\"options\":{\"challenge\":\"c1\"},\"expiresAt\":\"2126-01-02T03:04:05Z\"}"));
        String page = browser.get("/sessions/" + session).is(200).body();
        assertThat(page).contains("navigator.credentials.get", "c1", "only with its passkey");
        browser.post("/sessions/" + session + "/passkey", "assertion", "{}")
                .is(200)
                .says("WhatsApp has accepted it");
        browser.post("/sessions/" + session + "/passkey", "assertion", " ")
                .is(200)
                .says("fill in all fields");

        gateway.worker().connect(session, "6281111111");
        browser.post("/sessions/" + session + "/pairing-code", "phoneNumber", "628123456789")
                .is(200)
                .says("linked to a phone already");
    }

    @Test
    void checksAPastedListAndOffersTheResultAsCsv() {
        UUID session = connectedSession();
        browser.get("/numbers").is(200).says("a session");

        String page = browser.post(
                        "/numbers",
                        "session",
                        session.toString(),
                        "numbers",
                        "phone\r\n\"+62 811-111-111\", 6281111110;0812\r\n6281111111\r\n=1+1")
                .is(200)
                .body();

        assertThat(page)
                .contains("2 of 5 are on WhatsApp", "On WhatsApp", "Not on WhatsApp", "Not a phone number")
                .contains("data:text/csv", "%2262811111111%22%2Cvalid", "%22%27%3D1%2B1%22%2Cmalformed");
        browser.post("/numbers", "session", session.toString(), "numbers", "none here")
                .is(400)
                .says("at least one");
        browser.post("/numbers", "session", "x", "numbers", "6281111111")
                .is(404)
                .says("Choose a session");
    }

    @Test
    void showsANewKeyOnce() {
        browser.get("/keys").is(200);

        String made = browser.post("/keys", "name", "My shop", "scopes", "send", "days", "30")
                .is(200)
                .body();

        Matcher secret = SECRET.matcher(made);
        assertThat(secret.find()).isTrue();
        assertThat(made).contains("-H &quot;X-API-Key: " + secret.group());
        String list = browser.get("/keys").is(200).body();
        assertThat(list).contains("My shop", "send").doesNotContain(secret.group());
        Matcher keyId = Pattern.compile("/keys/([a-z0-9]{12})/revoke").matcher(list);
        assertThat(keyId.find()).isTrue();
        browser.post("/keys/" + keyId.group(1) + "/revoke").leadsTo("/keys");
        assertThat(browser.get("/keys").body()).contains("no keys yet");
        browser.post("/keys", "name", "", "scopes", "send").is(400).says("fill in all fields");
        browser.post("/keys", "name", "x").is(400);
    }

    @Test
    void keepsPeopleAwayFromTheSessionsOfOthers() {
        UUID session = connectedSession();
        Browser stranger = AccountGateway.signedUp(AccountGateway.newEmail());
        stranger.get("/sessions").is(200);

        stranger.get("/sessions/" + session).is(403);
        stranger.get("/messages?session=" + session).is(403);
        stranger.post("/sessions/" + session + "/rename", "name", "mine").is(403);
        stranger.post("/sessions/" + session + "/delete").is(403);
        stranger.post("/sessions/" + session + "/reconnect").is(403);
        assertThat(stranger.post("/sessions/" + session + "/send", "to", "6281234567890", "message", "hello")
                        .body())
                .doesNotContain("has taken");
        assertThat(stranger.post("/numbers", "session", session.toString(), "numbers", "6281111111")
                        .body())
                .doesNotContain("data:text/csv");
        stranger.get("/sessions/not-an-id").is(404);
        browser.get("/sessions/" + session).is(200);
    }

    @Test
    void refusesWhatDoesNotCarryTheTokenOfItsPage() {
        UUID session = connectedSession();
        browser.forgetCsrf();

        browser.post("/sessions", "name", "forged").is(403);
        browser.post("/sessions/" + session + "/delete").is(403);
        browser.post("/keys", "name", "forged", "scopes", "account").is(403);
        browser.get("/sessions/" + session).is(200);
    }

    @Test
    void findsSessionsByNameNumberAndStatusAndPagesThroughThem() {
        UUID connected = connectedSession();
        newSession("Another one");

        assertThat(browser.get("/sessions?q=ANOTHER").is(200).body())
                .contains("Another one")
                .doesNotContain("/sessions/" + connected);
        assertThat(browser.get("/sessions?q=%2B62811-11111").is(200).body()).contains("/sessions/" + connected);
        assertThat(browser.get("/sessions?status=connected").is(200).body())
                .contains("/sessions/" + connected)
                .doesNotContain("Another one");
        assertThat(browser.get("/sessions?q=nothing+like+it").is(200).body()).contains("No session matches");
        browser.get("/sessions?q=%00%22%3E&status=x&offset=-1").is(200);
        assertThat(browser.post("/sessions", "name", "third").is(429).body())
                .contains("Your plan allows no more sessions");
    }

    private UUID connectedSession() {
        UUID session = newSession("a session");
        gateway.worker().connect(session, "6281111111");
        return session;
    }

    private UUID newSession(String name) {
        String place = browser.submit("/sessions", "name", name).is(303).location();
        return UUID.fromString(place.substring("/sessions/".length()));
    }

    private EventStream open(String path) throws IOException {
        return EventStream.open(gateway, browser, path);
    }
}
