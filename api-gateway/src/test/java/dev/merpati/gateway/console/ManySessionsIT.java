package dev.merpati.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.account.AccountGateway;
import dev.merpati.gateway.harness.Browser;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The console of somebody with 5,000 sessions. */
@Tag("heavy")
class ManySessionsIT {
    private static final int SESSIONS = 5_000;
    private static final Pattern ROW = Pattern.compile("<a href=\"/sessions/[0-9a-f-]{36}\">(Shop \\d{4})</a>");
    private static final Pattern NEXT = Pattern.compile("href=\"(/sessions\\?[^\"]*offset=(\\d+)[^\"]*)\">Next<");

    private final GatewayHarness gateway = AccountGateway.get();
    private final Browser browser = AccountGateway.signedUp(AccountGateway.newEmail());

    @BeforeEach
    void storeSessions() {
        String tenant = JsonMapper.shared()
                .readTree(browser.get("/api/account").is(200).body())
                .at("/account/id")
                .stringValue();
        for (int i = 0; i < SESSIONS; i++) {
            UUID id = UUID.randomUUID();
            gateway.worker()
                    .redis()
                    .hset(
                            gateway.worker().keys().session(id),
                            Map.of(
                                    SessionRecord.TENANT,
                                    tenant,
                                    SessionRecord.NAME,
                                    "Shop %04d".formatted(i),
                                    SessionRecord.CREATED_AT,
                                    String.valueOf(i),
                                    SessionRecord.PHONE_NUMBER,
                                    String.valueOf(6281200000000L + i),
                                    SessionRecord.STATUS,
                                    (i % 1_000 == 0 ? SessionStatus.DISCONNECTED : SessionStatus.CONNECTED)
                                            .wireName()));
            gateway.worker().redis().zadd(RedisKeys.sessionsOfTenant(tenant), (double) i, id.toString());
        }
    }

    @Test
    void everySessionIsOnOnePageAndCanBeFound() {
        List<String> seen = new ArrayList<>();
        String page = "/sessions";
        while (page != null) {
            String html = browser.get(page).is(200).body();
            seen.addAll(rows(html));
            Matcher next = NEXT.matcher(html);
            page = next.find() ? next.group(1).replace("&amp;", "&") : null;
        }
        assertThat(seen)
                .containsExactlyElementsOf(IntStream.range(0, SESSIONS)
                        .mapToObj(i -> "Shop %04d".formatted(SESSIONS - 1 - i))
                        .toList());

        assertThat(rows(browser.get("/sessions?q=shop+0042").is(200).body())).containsExactly("Shop 0042");
        assertThat(rows(browser.get("/sessions?q=%2B62+812-0000-4321").is(200).body()))
                .containsExactly("Shop 4321");
        assertThat(rows(browser.get("/sessions?status=disconnected").is(200).body()))
                .containsExactly("Shop 4000", "Shop 3000", "Shop 2000", "Shop 1000", "Shop 0000");
        assertThat(rows(browser.get("/sessions?q=shop&offset=4990").is(200).body()))
                .hasSize(10);
        browser.get("/sessions?q=nowhere").is(200).says("No session matches your search.");
    }

    @Test
    void manySearchesAtOnceAreAllAnsweredAndHoldNobodyUp() throws Exception {
        Browser neighbour = AccountGateway.signedUp(AccountGateway.newEmail());
        try (ExecutorService clients = Executors.newFixedThreadPool(40)) {
            List<Future<List<String>>> searches = IntStream.range(0, 40)
                    .mapToObj(i -> clients.submit(() -> rows(browser.at(gateway.port())
                            .get("/sessions?q=shop+%04d".formatted(i))
                            .is(200)
                            .body())))
                    .toList();
            for (int i = 0; i < 10; i++) {
                neighbour.get("/sessions").is(200);
            }
            for (int i = 0; i < searches.size(); i++) {
                assertThat(searches.get(i).get()).containsExactly("Shop %04d".formatted(i));
            }
        }
    }

    private static List<String> rows(String html) {
        return ROW.matcher(html).results().map(row -> row.group(1)).toList();
    }
}
