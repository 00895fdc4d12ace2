package dev.merpati.gateway.account;

import dev.merpati.gateway.account.MailQueue.Mail;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.mail.MailException;
import org.springframework.mail.SimpleMailMessage;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Sends mails behind the answers: nobody's request waits for a mail server or tells by its time whether there was a mail. Mails
 * wait in Redis and are sent by whichever gateway is free; each is tried {@link #MOST_TRIES} times, in a day at most, and given up then.
 * Without a mail server ({@code spring.mail.host}) mails are not sent; their texts, links included, are logged at DEBUG by
 * {@value #TEXTS}.
 */
@Component
class Outbox implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Outbox.class);
    /** A logger of its own, outside of our packages: nobody shall find secrets in the log who did not ask for them. */
    private static final String TEXTS = "merpati.secrets.mails";

    private static final Logger texts = LoggerFactory.getLogger(TEXTS);
    private static final int THREADS = 2;
    private static final int WAITING = 500;
    private static final int AT_ONCE = 4;
    private static final int KEPT = 50;
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    /** With pauses of 2 s, 8 s, half a minute, two minutes, ... of an hour at most. */
    private static final int MOST_TRIES = 12;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    private static final Duration LONGEST_LIFE = Duration.ofDays(1);
    private static final int PUT_RETRIES = 3;
    private static final Duration LAST_WAIT = Duration.ofSeconds(10);

    private final @Nullable JavaMailSender smtp;
    private final MailQueue queue;
    private final AccountSettings settings;
    private final Clock clock;
    private final Scheduler scheduler = Schedulers.newBoundedElastic(THREADS, WAITING, "mail", 60, true);
    private final Deque<Mail> shown = new ArrayDeque<>();
    private final Counter sent;
    private final Counter failed;

    /** Says that there may be a mail. */
    private final Sinks.Many<Long> pokes = Sinks.many().multicast().directBestEffort();

    private final Sinks.Empty<Void> stopping = Sinks.empty();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean running;

    Outbox(
            ObjectProvider<JavaMailSender> smtp,
            MailQueue queue,
            AccountSettings settings,
            Clock clock,
            MeterRegistry metrics) {
        this.smtp = smtp.getIfAvailable();
        this.queue = queue;
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

    /** Whether mails reach anybody; only then an address has to be verified. */
    boolean delivers() {
        return smtp != null;
    }

    /** Takes a mail to be sent. Never blocks, never fails. */
    void post(String to, String subject, String text) {
        Mail mail = new Mail(clock.instant(), to, subject, text);
        if (!delivers()) {
            log.info("No mail server is configured, so a mail is not sent: {}", subject);
            texts.debug("{}: {}", subject, text);
            keep(mail);
            return;
        }
        queue.put(mail)
                .retryWhen(Retry.backoff(PUT_RETRIES, FIRST_PAUSE))
                .subscribe(
                        kept -> {
                            if (kept) {
                                pokes.tryEmitNext(0L);
                            } else {
                                giveUp(subject, "too many mails wait already");
                            }
                        },
                        failure -> giveUp(subject, String.valueOf(failure.getCause())));
    }

    /**
     * Takes a mail to be sent, once for its id as long as it waits; completes when it is safely queued.
     *
     * @throws IllegalStateException when too many mails wait already
     */
    Mono<Void> postOnce(String id, String to, String subject, String text) {
        if (!delivers()) {
            return Mono.fromRunnable(() -> post(to, subject, text));
        }
        return queue.put(id, new Mail(clock.instant(), to, subject, text)).flatMap(kept -> {
            pokes.tryEmitNext(0L);
            return kept ? Mono.empty() : Mono.error(new IllegalStateException("too many mails wait already"));
        });
    }

    private Mono<Void> sendWhatIsDue(JavaMailSender server) {
        return queue.take(AT_ONCE)
                .flatMap(taken -> Flux.fromIterable(taken)
                        .flatMap(each -> send(server, each), THREADS)
                        .then(Mono.just(taken.size())))
                .repeat(() -> running)
                .takeUntil(count -> count < AT_ONCE)
                .then()
                .onErrorComplete(); // Redis is away: what was taken is due again when its lease is over.
    }

    private Mono<Void> send(JavaMailSender server, MailQueue.Taken taken) {
        return Mono.fromCallable(() -> queue.open(taken))
                .flatMap(mail -> Mono.fromRunnable(() -> server.send(messageOf(mail)))
                        .subscribeOn(scheduler)
                        .then(Mono.defer(() -> {
                            sent.increment();
                            return queue.remove(taken);
                        }))
                        .onErrorResume(MailException.class, failure -> failed(taken, mail, failure)))
                .onErrorResume(IllegalStateException.class, unreadable -> {
                    giveUp("(unreadable)", String.valueOf(unreadable.getMessage()));
                    return queue.remove(taken);
                });
    }

    private Mono<Void> failed(MailQueue.Taken taken, Mail mail, MailException failure) {
        if (taken.tries() >= MOST_TRIES || clock.instant().isAfter(mail.at().plus(LONGEST_LIFE))) {
            giveUp(mail.subject(), String.valueOf(failure.getMessage()));
            return queue.remove(taken);
        }
        Duration pause = FIRST_PAUSE.multipliedBy(1L << (2 * (taken.tries() - 1)));
        return queue.tryAgain(taken, pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
    }

    private void giveUp(String subject, String reason) {
        failed.increment();
        log.warn("A mail '{}' cannot be sent: {}", subject, reason);
    }

    private SimpleMailMessage messageOf(Mail mail) {
        SimpleMailMessage message = new SimpleMailMessage();
        message.setFrom(settings.mailFrom());
        message.setTo(mail.to());
        message.setSubject(mail.subject());
        message.setText(mail.text());
        return message;
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

    @Override
    public void start() {
        running = true;
        JavaMailSender server = smtp;
        if (server == null) {
            stopped.countDown();
            return;
        }
        Flux.merge(
                        Flux.interval(LOOK_EVERY).onBackpressureDrop(),
                        pokes.asFlux().onBackpressureLatest())
                .takeUntilOther(stopping.asMono())
                .concatMap(look -> sendWhatIsDue(server), 1)
                .doFinally(end -> stopped.countDown())
                .subscribe();
    }

    /** Lets a mail that is on its way arrive, so that nobody sends it again. */
    @Override
    public void stop() {
        running = false;
        stopping.tryEmitEmpty();
        try {
            if (!stopped.await(LAST_WAIT.toSeconds(), TimeUnit.SECONDS)) {
                log.warn("A mail is still on its way to the server; it may be sent again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        scheduler.dispose();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Later than the Redis connection, earlier than the web server; stopped the other way round. */
    @Override
    public int getPhase() {
        return 10;
    }
}
