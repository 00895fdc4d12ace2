package dev.merpati.benchmark.bare;

import dev.merpati.model.session.PasskeyChallenge;
import dev.merpati.worker.whatsapp.CloseReason;
import dev.merpati.worker.whatsapp.ConnectionListener;
import dev.merpati.worker.whatsapp.Credentials;
import dev.merpati.worker.whatsapp.IncomingMessage;
import dev.merpati.worker.whatsapp.IncomingReceipt;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Waits for a connection; keeps nothing of what comes later. */
final class PairingListener implements ConnectionListener {
    private final CompletableFuture<String> qrCode = new CompletableFuture<>();
    private final CompletableFuture<String> connected = new CompletableFuture<>();

    CompletableFuture<String> qrCode() {
        return qrCode;
    }

    CompletableFuture<String> connected() {
        return connected;
    }

    @Override
    public void qrCode(String text, Instant expiresAt) {
        qrCode.complete(text);
    }

    @Override
    public void passkeyRequired(PasskeyChallenge challenge) {
        connected.completeExceptionally(new IllegalStateException("WhatsApp wants a passkey"));
    }

    @Override
    public void connected(String phoneNumber) {
        connected.complete(phoneNumber);
    }

    @Override
    public void saveCredentials(Credentials credentials, Map<String, byte @Nullable []> records) {}

    @Override
    public void receipt(IncomingReceipt receipt) {}

    @Override
    public void temporarilyBanned(Instant until) {}

    @Override
    public void message(IncomingMessage message) {}

    @Override
    public void closed(CloseReason reason) {
        var failure = new IllegalStateException("the connection was closed: " + reason);
        qrCode.completeExceptionally(failure);
        connected.completeExceptionally(failure);
    }
}
