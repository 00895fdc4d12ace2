package dev.merpati.gateway.account;

import dev.merpati.gateway.harness.RecordingRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import tools.jackson.databind.json.JsonMapper;

class MailQueueKeysTest {
    private final RecordingRedis redis = new RecordingRedis();
    private final MailQueue queue = new MailQueue(
            redis,
            new AccountSecrets(new Binder(
                            new MapConfigurationPropertySource(Map.of("merpati.accounts.secret", "a secret of tests")))
                    .bindOrCreate("merpati.accounts", AccountSettings.class)),
            JsonMapper.builder().build());

    @Test
    void whatIsKeptOfMailsIsInOneSlot() {
        MailQueue.Taken taken = new MailQueue.Taken("id", "", 1);

        queue.put(new MailQueue.Mail(Instant.EPOCH, "a@b.example", "s", "t"))
                .onErrorComplete()
                .then(queue.take(1).onErrorComplete())
                .then(queue.remove(taken).onErrorComplete())
                .then(queue.tryAgain(taken, Duration.ofSeconds(1)).onErrorComplete())
                .block();

        redis.assertEachRunHadOneSlot(4);
    }
}
