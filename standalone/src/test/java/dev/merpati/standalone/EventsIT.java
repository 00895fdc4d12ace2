package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** What phones write, on its way through worker, Kafka, dispatcher and Redis to the tenant's own programs. */
@ExtendWith(ProductExtension.class)
class EventsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Product product;

    EventsIT(Product product) {
        this.product = product;
    }

    @Test
    void whatAPhoneWritesReachesTheTenantOnceAndInOrder() {
        String own = Product.newNumber();
        String customer = Product.newNumber();
        String session = product.api().connectedSession(product.simulator(), own);
        product.simulator().addPhone(customer);
        List<String> texts =
                IntStream.range(0, 20).mapToObj(number -> "text " + number).toList();

        texts.forEach(text -> product.simulator()
                .post("/sim/phones/" + customer + "/messages", Map.of("to", own, "text", text))
                .expect(200));

        await().atMost(PATIENCE).until(() -> received(session).size() >= texts.size());
        List<JsonNode> events = received(session);
        assertThat(events)
                .extracting(event -> event.required("data").required("text").asString())
                .isEqualTo(texts);
        assertThat(events)
                .extracting(event -> event.required("data").required("from").asString())
                .containsOnly(customer);
        assertThat(events).extracting(event -> event.required("id").asString()).isSorted();
        assertThat(product.otherTenant().get("/api/events?sessionId=" + session).status())
                .isIn(403, 404);
    }

    private List<JsonNode> received(String session) {
        List<JsonNode> events = new ArrayList<>();
        product.api()
                .get("/api/events?types=message.received&limit=500&sessionId=" + session)
                .expect(200)
                .json()
                .required("events")
                .forEach(events::add);
        return events;
    }
}
