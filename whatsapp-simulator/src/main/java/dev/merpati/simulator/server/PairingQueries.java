package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.rule.Rule;
import dev.merpati.simulator.rule.Rules;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks while it is being paired: pairing by code, and what a passkey demands. Used on the connection's event
 * loop, but for the code that a phone's owner types in.
 */
final class PairingQueries {
    private static final int BAD_REQUEST = 400;

    /** What WhatsApp takes for a browser and a system; Baileys' issue 2560 has it that others get 400. */
    private static final Pattern DISPLAY =
            Pattern.compile("(Chrome|Edge|Firefox|IE|Internet Explorer|Opera|Safari|Brave|Chromium|Electron|Desktop)"
                    + " \\((Mac OS|macOS|Windows|Linux|Ubuntu|Debian|Fedora|Chrome OS|Android)\\)");

    private final Pairing pairing;
    private final Pairings pairings;
    private final Rules rules;
    private final Connection connection;
    private final Registration registration;
    private volatile @Nullable CodePairing code;
    private volatile @Nullable PasskeyPairing passkey;

    PairingQueries(Pairing pairing, Pairings pairings, Rules rules, Connection connection, Registration registration) {
        this.pairing = pairing;
        this.pairings = pairings;
        this.rules = rules;
        this.connection = connection;
        this.registration = registration;
    }

    /** The answer to a query, or empty if it is none that belongs to the pairing. */
    Optional<CompletableFuture<Node>> answer(Node iq) {
        if (!iq.has("xmlns", "md")) {
            return Optional.empty();
        }
        for (Node child : iq.children()) {
            switch (child.tag()) {
                case "link_code_companion_reg" -> {
                    return Optional.of(child.has("stage", "companion_finish") ? finish(iq, child) : hello(iq, child));
                }
                case "ref" -> {
                    return passkeyStep(iq, step -> Stanza.iqResult(iq, step.newRef()));
                }
                case "passkey_request_options" -> {
                    return passkeyStep(iq, step -> Stanza.iqResult(iq, step.options()));
                }
                case "passkey_prologue" -> {
                    return passkeyStep(iq, step -> {
                        Node continuation = step.prologue(child);
                        connection.send(Stanza.iqResult(iq));
                        connection.send(continuation);
                        return null;
                    });
                }
                case "companion_nonce" -> {
                    return passkeyStep(iq, step -> {
                        step.nonce(child);
                        return Stanza.iqResult(iq);
                    });
                }
                case "encrypted_pairing_request" -> {
                    return passkeyStep(iq, step -> {
                        byte[] secret = step.request(
                                child,
                                connection.clientStatic(),
                                registration.keys().identityKey());
                        connection.send(Stanza.iqResult(iq));
                        passkey = null;
                        var _ = pairing.link(step.phone(), secret);
                        return null;
                    });
                }
                default -> {
                    // not of the pairing
                }
            }
        }
        return Optional.empty();
    }

    /** One step; null if it has been answered. */
    private interface Step {
        @Nullable
        Node take(PasskeyPairing pairing) throws PasskeyPairing.RefusedException;
    }

    private Optional<CompletableFuture<Node>> passkeyStep(Node iq, Step step) {
        PasskeyPairing current = passkey;
        if (current == null) {
            return Optional.of(CompletableFuture.completedFuture(Stanza.iqError(iq, BAD_REQUEST, "bad-request")));
        }
        try {
            Node answer = step.take(current);
            return Optional.of(answer == null ? new CompletableFuture<>() : CompletableFuture.completedFuture(answer));
        } catch (PasskeyPairing.RefusedException e) {
            rules.refusals().refuse(Rule.PASSKEY, null, String.valueOf(e.getMessage()));
            return Optional.of(CompletableFuture.completedFuture(Stanza.iqError(iq, BAD_REQUEST, "bad-request")));
        }
    }

    /** The phone has seen the code, but links nothing without its passkey. */
    void demandPasskey(Phone phone, byte[] shownSecret) {
        PasskeyPairing demanded = new PasskeyPairing(phone, shownSecret);
        passkey = demanded;
        connection.send(demanded.request());
    }

    private CompletableFuture<Node> hello(Node iq, Node registered) {
        Optional<CodePairing> hello = CodePairing.hello(registered);
        String display = registered
                .child("companion_platform_display")
                .flatMap(Node::contentText)
                .orElse("");
        boolean canonical = DISPLAY.matcher(display).matches();
        if (!canonical && rules.enforced(Rule.PAIRING_CODE_NAME)) {
            rules.refusals().refuse(Rule.PAIRING_CODE_NAME, null, "companion_platform_display=" + display);
            return CompletableFuture.completedFuture(Stanza.iqError(iq, BAD_REQUEST, "bad-request"));
        }
        if (hello.isEmpty()) {
            rules.refusals().refuse(Rule.WELL_FORMED, null, iq);
            return CompletableFuture.completedFuture(Stanza.iqError(iq, BAD_REQUEST, "bad-request"));
        }
        code = hello.get();
        pairings.offerCode(hello.get().number(), this);
        return CompletableFuture.completedFuture(Stanza.iqResult(
                iq, Node.of("link_code_companion_reg", hello.get().ref()).with("stage", "companion_hello")));
    }

    /** The phone's owner types a code in. Completes when the device is linked, or with what went wrong. */
    CompletableFuture<ScanResult> enter(Phone phone, String typed) {
        CodePairing current = code;
        if (current == null) {
            return CompletableFuture.completedFuture(new ScanResult.Expired());
        }
        CompletableFuture<ScanResult> result = new CompletableFuture<>();
        var _ = phone.withKeys(party -> current.enter(phone, party.identityKey(), typed, result))
                .thenAccept(connection::send);
        return result;
    }

    private CompletableFuture<Node> finish(Node iq, Node registered) {
        CodePairing current = code;
        if (current == null || !current.isEntered()) {
            return CompletableFuture.completedFuture(Stanza.iqError(iq, BAD_REQUEST, "bad-request"));
        }
        return current.finish(registered, registration.keys().identityKey()).thenCompose(proof -> {
            if (proof.isEmpty()) {
                current.fail("The client's bundle does not open: the code is wrong, or its keys are");
                return CompletableFuture.completedFuture(Stanza.iqError(iq, BAD_REQUEST, "bad-request"));
            }
            code = null;
            CodePairing.Proof proved = proof.get();
            connection.send(Stanza.iqResult(iq));
            var _ = pairing.admit(proved.phone(), proved.secret()).thenAccept(proved.result()::complete);
            // Answered above, so that it comes before the iq with the success.
            return new CompletableFuture<>();
        });
    }

    /** The client is gone. */
    void closed() {
        CodePairing current = code;
        if (current != null) {
            pairings.withdrawCode(current.number(), this);
            current.fail("The client is gone");
        }
    }
}
