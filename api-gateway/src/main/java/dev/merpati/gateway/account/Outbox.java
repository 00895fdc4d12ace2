package dev.merpati.gateway.account;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.mail.SimpleMailMessage;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Sends mails behind the answers: nobody's request waits for a mail server or tells by its time whether there was a mail. A
 * mail is tried four times and given up then; those that have not left when the process ends are lost. Without a mail server
 * ({@code spring.mail.host}) mails are logged instead.
 */
@Component
class Outbox {
    private static final Logger log = LoggerFactory.getLogger(Outbox.class);
    private static final int THREADS = 2;
    private static final int WAITING = 500;
    private static final int RETRIES = 3;
    private static final int KEPT = 50;
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final @Nullable JavaMailSender smtp;
    private final AccountSettings settings;
    private final Clock clock;
    private final Scheduler scheduler = Schedulers.newBoundedElastic(THREADS, WAITING, "mail", 60, true);
    private final Deque<Mail> shown = new ArrayDeque<>();
    private final Counter sent;
    private final Counter failed;

    Outbox(ObjectProvider<JavaMailSender> smtp, AccountSettings settings, Clock clock, MeterRegistry metrics) {
        this.smtp = smtp.getIfAvailable();
        this.settings = settings;
        this.clock = clock;
        this.sent = counter(metrics, "sent");
        this.failed = counter(metrics, "failed");
    }

    private static Counter counter(MeterRegistry metrics, String result) {
        return Counter.builder("merpati.gateway.mails")
                .description("Mails to account owners")
                .tag("result", result)
                .register(metrics);
    }

    /** One mail, as it was written. */
    record Mail(Instant at, String to, String subject, String text) {
        @Override
        public String toString() {
            return "Mail[" + subject + "]";
        }
    }

    /** Whether mails reach anybody; only then an address has to be verified. */
    boolean delivers() {
        return smtp != null;
    }

    /** Takes a mail to be sent. Never blocks, never fails. */
    void post(String to, String subject, String text) {
        JavaMailSender server = smtp;
        if (server == null) {
            log.info("No mail server is configured, so this mail is only logged: {}: {}", subject, text);
            keep(new Mail(clock.instant(), to, subject, text));
            return;
        }
        SimpleMailMessage message = new SimpleMailMessage();
        message.setFrom(settings.mailFrom());
        message.setTo(to);
        message.setSubject(subject);
        message.setText(text);
        Mono.fromRunnable(() -> server.send(message))
                .subscribeOn(scheduler)
                .retryWhen(Retry.backoff(RETRIES, PAUSE))
                .subscribe(
                        nothing -> {},
                        failure -> {
                            failed.increment();
                            log.warn("A mail '{}' cannot be sent: {}", subject, String.valueOf(failure.getCause()));
                        },
                        sent::increment);
    }

    /** Returns the last mails that were only logged, newest first. */
    List<Mail> shown() {
        synchronized (shown) {
            return List.copyOf(shown);
        }
    }

    private void keep(Mail mail) {
        if (settings.showMails()) {
            synchronized (shown) {
                shown.addFirst(mail);
                if (shown.size() > KEPT) {
                    shown.removeLast();
                }
            }
        }
    }

    @PreDestroy
    void close() {
        scheduler.dispose();
    }
}
