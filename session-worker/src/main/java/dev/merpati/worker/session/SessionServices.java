package dev.merpati.worker.session;

import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.worker.command.CommandStore;
import dev.merpati.worker.credentials.CredentialsStore;
import dev.merpati.worker.fencing.LeaseCheck;
import dev.merpati.worker.media.MediaLoader;
import dev.merpati.worker.settings.MerpatiSettings;
import dev.merpati.worker.timing.Backoff;
import dev.merpati.worker.timing.Timers;
import dev.merpati.worker.whatsapp.WhatsAppConnector;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** What all sessions of a worker share. */
public record SessionServices(
        MerpatiSettings settings,
        WhatsAppConnector connector,
        SessionStore sessions,
        CommandStore commands,
        CredentialsStore credentials,
        LeaseCheck leases,
        MediaLoader media,
        RegisteredNumbers registeredNumbers,
        RecentOutcomes recentOutcomes,
        LoginPacer pacer,
        Timers timers,
        InstantSource clock,
        RandomGenerator random,
        SessionMetrics metrics) {

    /** Whether a command may be answered instead of run when there is no room for it: its sender still waits. */
    public boolean mayRefuse(CommandEnvelope envelope) {
        Duration age = Duration.between(envelope.issuedAt(), clock.instant());
        return age.compareTo(settings.worker().commands().refusableFor()) < 0;
    }

    Backoff connectionBackoff() {
        return new Backoff(
                settings.worker().connections().initialBackoff(),
                settings.worker().connections().maxBackoff(),
                random);
    }

    Backoff commandBackoff() {
        return new Backoff(
                settings.worker().commands().initialBackoff(),
                settings.worker().commands().maxBackoff(),
                random);
    }

    /** At least half of the bound, at random. */
    Duration rateLimitedWait() {
        long bound = settings.worker().connections().rateLimitedBackoff().toMillis();
        return Duration.ofMillis(bound / 2 + random.nextLong(bound / 2 + 1));
    }

    /** At most the bound, at random. */
    Duration startJitter() {
        return Duration.ofMillis(
                random.nextLong(settings.worker().connections().startJitter().toMillis() + 1));
    }
}
