package dev.merpati.worker.connection;

import dev.merpati.model.session.PasskeyChallenge;
import dev.merpati.worker.store.SessionView;
import dev.merpati.worker.whatsapp.CloseReason;
import dev.merpati.worker.whatsapp.ConnectionListener;
import dev.merpati.worker.whatsapp.ConnectionRequest;
import dev.merpati.worker.whatsapp.Credentials;
import dev.merpati.worker.whatsapp.IncomingMessage;
import dev.merpati.worker.whatsapp.IncomingReceipt;
import dev.merpati.worker.whatsapp.WhatsAppConnection;
import dev.merpati.worker.whatsapp.WhatsAppConnector;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One connection of a session: serializes its calls and reports what it tells, until it is given up. Thread-safe. */
final class OpenConnection implements ConnectionListener, ConnectionAccess.SerializedConnection {
    private final SessionConnection session;
    private final LoginPacer.Permit permit;
    private final WhatsAppConnection connection;
    /** Held for each call to the connection, which takes one at a time. */
    private final ReentrantLock oneCall = new ReentrantLock();

    private volatile @Nullable Instant onlineSince;
    private volatile @Nullable Instant restrictedUntil;
    private volatile boolean givenUp;

    /**
     * Opens the connection. The caller holds the session's lock, so that nothing is reported before this is returned.
     *
     * @param request makes the request, given whether this connection is still wanted
     */
    @SuppressWarnings("this-escape")
    OpenConnection(
            SessionConnection session,
            LoginPacer.Permit permit,
            WhatsAppConnector connector,
            Function<BooleanSupplier, ConnectionRequest> request) {
        this.session = session;
        this.permit = permit;
        this.connection = connector.open(request.apply(() -> !givenUp), this);
    }

    @Override
    public <T> T call(Function<WhatsAppConnection, T> request) {
        oneCall.lock();
        try {
            return request.apply(connection);
        } finally {
            oneCall.unlock();
        }
    }

    /** Unlinks the device unless a call that is under way takes too long, and gives the connection up. */
    void unlink(Duration timeout) {
        try {
            if (oneCall.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                try {
                    connection.unlink(timeout);
                } finally {
                    oneCall.unlock();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            abort();
        }
    }

    /** Closes the connection, and gives it up. */
    void close(Duration timeout) {
        connection.close(timeout);
        giveUp();
    }

    /** Gives the connection up at once. */
    void abort() {
        giveUp();
        connection.abort();
    }

    private void giveUp() {
        givenUp = true;
        permit.release();
    }

    boolean isGivenUp() {
        return givenUp;
    }

    /** Whether the session was online for that long. */
    boolean wasOnlineFor(Duration duration, Instant now) {
        Instant since = onlineSince;
        return since != null && Duration.between(since, now).compareTo(duration) >= 0;
    }

    void onlineSince(Instant now) {
        onlineSince = now;
    }

    @Override
    public void qrCode(String text, Instant expiresAt) {
        permit.release();
        session.qrCode(this, new SessionView.QrCode(text, expiresAt));
    }

    @Override
    public void passkeyRequired(PasskeyChallenge challenge) {
        session.passkeyRequired(this, challenge);
    }

    @Override
    public void connected(String phoneNumber) {
        permit.release();
        session.connected(this, phoneNumber);
    }

    @Override
    public void saveCredentials(Credentials credentials, Map<String, byte @Nullable []> records) {
        session.saveCredentials(this, credentials, records);
    }

    @Override
    public void receipt(IncomingReceipt receipt) {
        checkWanted();
        session.receipt(receipt);
    }

    /** Null when WhatsApp has not said when. */
    @Nullable
    Instant restrictedUntil() {
        return restrictedUntil;
    }

    @Override
    public void temporarilyBanned(Instant until) {
        restrictedUntil = until;
    }

    @Override
    public void restricted(Optional<Instant> until) {
        session.newChatsRestricted(this, until);
    }

    @Override
    public void message(IncomingMessage message) {
        checkWanted();
        session.message(message);
    }

    private void checkWanted() {
        if (givenUp) {
            throw new IllegalStateException("the connection is given up");
        }
    }

    @Override
    public void closed(CloseReason reason) {
        giveUp(); // A call that is still under way must not store what the next connection does not know.
        session.closed(this, reason);
    }
}
