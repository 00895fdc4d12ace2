package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stop and start again with the same data folder. */
class RestartIT {
    @TempDir
    private Path data = Path.of("");

    @Test
    void sessionsComeBackWithoutANewQrCode() {
        String phone = Product.newNumber();
        String customer = Product.newNumber();
        String session;
        String before;
        try (Product product = Product.start(data)) {
            session = product.api().connectedSession(product.simulator(), phone);
            before = product.api().sent(session, customer, "before");
            product.simulator().awaitMessage(customer, before);
        }

        try (Product product = Product.start(data)) {
            product.api().awaitStatus(session, "connected");
            String after = product.api().sent(session, customer, "after");

            assertThat(product.simulator()
                            .awaitMessage(customer, after)
                            .required("text")
                            .asString())
                    .isEqualTo("after");
            assertThat(product.simulator().stats().required("pairings").asInt()).isZero();
            assertThat(product.simulator().stats().required("undecryptable").asInt())
                    .isZero();
            assertThat(product.api().get("/api/messages/" + before).text("status"))
                    .isEqualTo("delivered");
        }
    }
}
