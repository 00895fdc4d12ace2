package dev.merpati.worker.cobalt.send;

import dev.merpati.worker.cobalt.account.AbProperty;
import dev.merpati.worker.cobalt.account.AccountTraits;
import dev.merpati.worker.cobalt.account.BoundedCache;
import dev.merpati.worker.cobalt.account.PrivacyTokens;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.crypto.Primitives;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.IqClient;
import dev.merpati.worker.cobalt.query.Recipient;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The tokens of a message, without which WhatsApp refuses it where the recipient does not know the account, and those that
 * the account gives to whom it writes. Lifetimes and the derived token are those of whatsmeow's {@code tctoken.go} and
 * {@code cstoken.go}. Calls block when a token is not in memory. Thread-safe.
 */
final class ContactTokens {
    private static final long BUCKET_SECONDS = Duration.ofDays(7).toSeconds();
    private static final int BUCKETS = 4;
    /** Before a token that could not be issued is tried again. */
    private static final Duration ISSUE_AGAIN = Duration.ofMinutes(10);

    private static final int IN_MEMORY = 1_000;

    private final IqClient iq;
    private final AccountTraits traits;
    private final PrivacyTokens tokens;
    private final InstantSource clock;
    private final BoundedCache<String, Boolean> tried = new BoundedCache<>(IN_MEMORY, ISSUE_AGAIN);

    ContactTokens(IqClient iq, AccountTraits traits, PrivacyTokens tokens, InstantSource clock) {
        this.iq = iq;
        this.traits = traits;
        this.tokens = tokens;
        this.clock = clock;
    }

    /** Returns the token for a message: one that the recipient has given, or else one derived from the account's salt. */
    Optional<Node> of(Recipient recipient) {
        Optional<Node> trusted = isOn(AbProperty.TOKENS_SENT)
                ? given(recipient).map(token -> Node.of("tctoken", token))
                : Optional.empty();
        return trusted.or(() -> isOn(AbProperty.TOKENS_DERIVED)
                ? derived(recipient).map(token -> Node.of("cstoken", token))
                : Optional.empty());
    }

    /** WhatsApp Web asks these properties, whatsmeow does not: so tokens are sent until WhatsApp says no. */
    private boolean isOn(AbProperty property) {
        return traits.isOn(property).orElse(true);
    }

    private Optional<byte[]> given(Recipient recipient) {
        return tokens.of(recipient.key())
                .or(() -> tokens.of(recipient.number()))
                .filter(token -> !isExpired(token.issuedAt()))
                .map(PrivacyTokens.Token::value);
    }

    private Optional<byte[]> derived(Recipient recipient) {
        return recipient
                .hidden()
                .flatMap(lid -> tokens.salt()
                        .map(salt -> Primitives.hmac(salt, lid.toString().getBytes(StandardCharsets.US_ASCII))));
    }

    /** Whether this account has given the recipient no token in this bucket of time. */
    boolean isIssueDue(Recipient recipient) {
        return tried.get(recipient.key()) == null
                && tokens.issuedTo(recipient.key())
                        .filter(at -> bucket(at) >= bucket(clock.instant()))
                        .isEmpty();
    }

    /** Gives the recipient a token of this account, once per bucket of time. */
    void issue(Recipient recipient, Deadline deadline) {
        if (isIssueDue(recipient)) {
            tried.put(recipient.key(), true);
            Instant now = clock.instant();
            if (issue(recipient.hidden().orElse(recipient.numbered()), now, deadline)) {
                tokens.issued(recipient.key(), now);
            }
        }
    }

    /**
     * Gives a contact whose keys have changed the token again that it has of this account, under the time of before
     * (whatsapp-rust {@code reissue_tc_token_after_identity_change}).
     */
    void issueAgain(Address user, Deadline deadline) {
        tokens.issuedTo(user.user()).filter(at -> !isExpired(at)).ifPresent(at -> issue(user.account(), at, deadline));
    }

    private boolean issue(Address to, Instant at, Deadline deadline) {
        Attributes attributes = Attributes.of()
                .put("jid", to.toJid())
                .put("t", String.valueOf(at.getEpochSecond()))
                .put("type", "trusted_contact");
        return iq.query("set", "privacy", deadline, Node.of("tokens", Node.of("token", attributes)))
                instanceof IqClient.Result;
    }

    private boolean isExpired(Instant issuedAt) {
        return bucket(issuedAt) < bucket(clock.instant()) - (BUCKETS - 1);
    }

    private static long bucket(Instant time) {
        return Math.floorDiv(time.getEpochSecond(), BUCKET_SECONDS);
    }
}
