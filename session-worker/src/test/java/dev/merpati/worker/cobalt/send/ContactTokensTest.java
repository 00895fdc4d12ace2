package dev.merpati.worker.cobalt.send;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.worker.cobalt.account.Account;
import dev.merpati.worker.cobalt.account.PrivacyTokens;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.FakeServer;
import dev.merpati.worker.cobalt.query.IqClient;
import dev.merpati.worker.cobalt.query.Recipient;
import dev.merpati.worker.whatsapp.InMemoryRecords;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Which token a message carries. Buckets of 7 days count from 1970; a token is good in its own and the three after it. */
class ContactTokensTest {
    private static final Duration BUCKET = Duration.ofDays(7);
    private static final Instant BEGIN_OF_A_BUCKET = Instant.EPOCH.plus(BUCKET.multipliedBy(2_968));
    private static final Recipient RECIPIENT = new Recipient("628111222333", "83671001");
    private static final byte[] TOKEN = {1, 2, 3};
    private static final Deadline DEADLINE = Deadline.in(Duration.ofMinutes(1));
    private static final byte[] SALT = {9, 8, 7};

    private final Account account = new Account(new InMemoryRecords());
    private Instant now = BEGIN_OF_A_BUCKET;

    private final FakeServer server = new FakeServer();
    private final ContactTokens tokens = new ContactTokens(
            new IqClient(server, Duration.ofSeconds(30)), account.traits(), account.tokens(), () -> now);

    @Test
    void aTokenThatTheRecipientHasGivenComesFirst() {
        account.tokens().salt(SALT);
        give(RECIPIENT.key(), BEGIN_OF_A_BUCKET);

        assertThat(tokens.of(RECIPIENT)).contains(Node.of("tctoken", TOKEN));
    }

    @Test
    void aTokenThatCameUnderTheNumberIsFound() {
        give(RECIPIENT.number(), BEGIN_OF_A_BUCKET);

        assertThat(tokens.of(RECIPIENT)).contains(Node.of("tctoken", TOKEN));
    }

    /** From the last second of its own bucket on, and to the last of the third after it. */
    @Test
    void aTokenIsGoodForFourBuckets() {
        give(RECIPIENT.key(), BEGIN_OF_A_BUCKET.plus(BUCKET).minusSeconds(1));

        now = BEGIN_OF_A_BUCKET.plus(BUCKET.multipliedBy(4)).minusSeconds(1);
        assertThat(tokens.of(RECIPIENT)).contains(Node.of("tctoken", TOKEN));

        now = BEGIN_OF_A_BUCKET.plus(BUCKET.multipliedBy(4));
        assertThat(tokens.of(RECIPIENT)).isEmpty();
    }

    @Test
    void withoutATokenOneIsDerivedFromTheSalt() throws Exception {
        account.tokens().salt(SALT);
        give(RECIPIENT.key(), BEGIN_OF_A_BUCKET);
        now = BEGIN_OF_A_BUCKET.plus(BUCKET.multipliedBy(4));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SALT, "HmacSHA256"));

        assertThat(tokens.of(RECIPIENT))
                .contains(Node.of("cstoken", mac.doFinal("83671001@lid".getBytes(StandardCharsets.US_ASCII))));
        assertThat(tokens.of(new Recipient("628111222333", null))).isEmpty();
    }

    @Test
    void noTokenIsSentThatWhatsAppHasSwitchedOff() {
        account.tokens().salt(SALT);
        give(RECIPIENT.key(), BEGIN_OF_A_BUCKET);
        account.traits().properties(Map.of("10518", "0", "24941", "0"));

        assertThat(tokens.of(RECIPIENT)).isEmpty();
    }

    @Test
    void anOwnTokenIsGivenOncePerBucket() {
        assertThat(tokens.isIssueDue(RECIPIENT)).isTrue();
        account.tokens().issued(RECIPIENT.key(), BEGIN_OF_A_BUCKET);
        now = BEGIN_OF_A_BUCKET.plus(BUCKET).minusSeconds(1);
        assertThat(tokens.isIssueDue(RECIPIENT)).isFalse();
        now = BEGIN_OF_A_BUCKET.plus(BUCKET);
        assertThat(tokens.isIssueDue(RECIPIENT)).isTrue();
    }

    @Test
    void aTokenIsGivenUnderTheHiddenIdAndRemembered() {
        tokens.issue(RECIPIENT, DEADLINE);
        tokens.issue(RECIPIENT, DEADLINE);

        assertThat(issued())
                .singleElement()
                .satisfies(token -> assertThat(token.toMap())
                        .containsEntry("jid", Address.ofLid("83671001").toJid())
                        .containsEntry("t", String.valueOf(BEGIN_OF_A_BUCKET.getEpochSecond()))
                        .containsEntry("type", "trusted_contact"));
        assertThat(account.tokens().issuedTo(RECIPIENT.key())).contains(BEGIN_OF_A_BUCKET);
    }

    /** Each message to a recipient would ask again for what WhatsApp has just refused. */
    @Test
    void aTokenThatCannotBeGivenIsNotTriedWithTheNextMessage() {
        server.answers(_ -> FakeServer.error(500));

        tokens.issue(RECIPIENT, DEADLINE);
        tokens.issue(RECIPIENT, DEADLINE);

        assertThat(issued()).hasSize(1);
        assertThat(account.tokens().issuedTo(RECIPIENT.key())).isEmpty();
    }

    /** A contact with new keys is given the same token, which lasts no longer than before. */
    @Test
    void aTokenIsGivenAgainUnderItsOldTimeForAsLongAsItLasts() {
        tokens.issueAgain(Address.ofLid(RECIPIENT.key()), DEADLINE);
        assertThat(issued()).as("none was given").isEmpty();
        account.tokens().issued(RECIPIENT.key(), BEGIN_OF_A_BUCKET);
        now = BEGIN_OF_A_BUCKET.plus(BUCKET.multipliedBy(4)).minusSeconds(1);

        tokens.issueAgain(Address.ofLid(RECIPIENT.key()), DEADLINE);

        assertThat(issued())
                .singleElement()
                .satisfies(token -> assertThat(token.toMap())
                        .containsEntry("jid", Address.ofLid("83671001").toJid())
                        .containsEntry("t", String.valueOf(BEGIN_OF_A_BUCKET.getEpochSecond())));

        now = BEGIN_OF_A_BUCKET.plus(BUCKET.multipliedBy(4));
        tokens.issueAgain(Address.ofLid(RECIPIENT.key()), DEADLINE);
        assertThat(issued()).hasSize(1);
    }

    /** Histories and notifications come in no order. */
    @Test
    void anOlderTokenReplacesNoNewerOne() {
        give(RECIPIENT.key(), BEGIN_OF_A_BUCKET);

        account.tokens()
                .putAll(Map.of(
                        RECIPIENT.key(), new PrivacyTokens.Token(new byte[] {4}, BEGIN_OF_A_BUCKET.minusSeconds(1))));
        assertThat(tokens.of(RECIPIENT)).contains(Node.of("tctoken", TOKEN));

        account.tokens()
                .putAll(Map.of(
                        RECIPIENT.key(), new PrivacyTokens.Token(new byte[] {5}, BEGIN_OF_A_BUCKET.plusSeconds(1))));
        assertThat(tokens.of(RECIPIENT)).contains(Node.of("tctoken", new byte[] {5}));
    }

    private List<Attributes> issued() {
        return server.asked("tokens").stream()
                .flatMap(query -> query.findChild("tokens").stream())
                .flatMap(list -> list.streamChildren("token"))
                .map(Node::attributes)
                .toList();
    }

    private void give(String user, Instant at) {
        account.tokens().putAll(Map.of(user, new PrivacyTokens.Token(TOKEN, at)));
    }
}
