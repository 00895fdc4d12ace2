package dev.merpati.gateway.session;

import static dev.merpati.gateway.harness.TestJson.body;
import static dev.merpati.gateway.harness.TestJson.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.LuminanceSource;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.model.session.SessionStatus;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import tools.jackson.databind.JsonNode;

class QrIT {
    /** As long as WhatsApp's are. */
    private static final String CODE = "2@" + "AbCdEfGh0123456789+/".repeat(11) + "==,1";

    private static final Duration LONG = Duration.ofMinutes(1);

    private final GatewayHarness gateway = SharedGateway.get();
    private final UUID session = gateway.newSession(gateway.acme);

    @Test
    void showsTheCodeAsAPictureThatCanBeScanned() throws Exception {
        gateway.worker().showQr(session, CODE, LONG);

        JsonNode answer = body(gateway.as(gateway.acme).get().uri(path()), 200);

        String url = answer.get("qrCode").stringValue();
        assertThat(answer.size()).isEqualTo(2);
        assertThat(answer.get("success").booleanValue()).isTrue();
        assertThat(url).startsWith("data:image/png;base64,");
        assertThat(scan(Base64.getDecoder().decode(url.substring(url.indexOf(',') + 1))))
                .isEqualTo(CODE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/png", "image/*", "image/avif,image/webp,image/png,image/*;q=0.8,*/*;q=0.5"})
    void givesThePictureItselfToWhoWantsIt(String accept) throws Exception {
        gateway.worker().showQr(session, CODE, LONG);

        EntityExchangeResult<byte[]> result = gateway.as(gateway.acme)
                .get()
                .uri(path())
                .header("Accept", accept)
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentType("image/png")
                .expectHeader()
                .valueEquals("Cache-Control", "no-store")
                .expectBody(byte[].class)
                .returnResult();

        byte[] png = result.getResponseBody();
        assertThat(png).isNotNull();
        assertThat(scan(png == null ? new byte[0] : png)).isEqualTo(CODE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/json", "text/html", "application/json, image/png;q=0.5"})
    void givesJsonToEverybodyElse(String accept) {
        gateway.worker().showQr(session, CODE, LONG);

        assertThat(body(gateway.as(gateway.acme).get().uri(path()).header("Accept", accept), 200)
                        .has("qrCode"))
                .isTrue();
    }

    @Test
    void waitsForACodeWhileTheSessionConnects() throws Exception {
        try (ExecutorService client = Executors.newSingleThreadExecutor()) {
            Future<JsonNode> answer =
                    client.submit(() -> body(gateway.as(gateway.acme).get().uri(path()), 200));
            gateway.worker().showQr(session, CODE, LONG);

            assertThat(answer.get().has("qrCode")).isTrue();
        }
    }

    @Test
    void saysThatThereIsNoCodeYet() {
        expect(gateway.as(gateway.acme).get().uri(path()).header("Accept", "image/png"), 503, """
                {'success':false,'error':'Service Unavailable','code':'qr_code_not_ready',
                 'message':'WhatsApp has not given a QR code yet: try again'}""");
    }

    @Test
    void waitsForTheNextCodeWhenOneHasJustExpired() {
        gateway.worker().setStatus(session, SessionStatus.QR);

        body(gateway.as(gateway.acme).get().uri(path()), 503);
    }

    @Test
    void handsOutNoCodeThatIsAboutToExpireOrWhoseWorkerIsGone() {
        gateway.worker().showQr(session, CODE, Duration.ofMillis(1900));
        body(gateway.as(gateway.acme).get().uri(path()), 503);

        gateway.worker().showQr(session, CODE, LONG);
        gateway.worker().loseOwner(session);
        JsonNode orphaned = body(gateway.as(gateway.acme).get().uri(path()), 503);
        gateway.worker().regainOwner(session);

        assertThat(orphaned.get("code").stringValue()).isEqualTo("qr_code_not_ready");
    }

    @Test
    void hasNoCodeForAConnectedSession() {
        gateway.worker().connect(session, "628111");

        expect(gateway.as(gateway.acme).get().uri(path()), 409, """
                {'success':false,'error':'Session Already Connected','code':'session_already_connected',
                 'message':'This session is connected and needs no QR code; reconnect it to link another phone'}""");
    }

    @Test
    void hasNoCodeForADisconnectedSession() {
        gateway.worker().setStatus(session, SessionStatus.DISCONNECTED);

        expect(gateway.as(gateway.acme).get().uri(path()), 409, """
                {'success':false,'error':'Session Disconnected','code':'session_disconnected',
                 'message':'This session has no QR code any more: reconnect it to get a new one'}""");
    }

    private String path() {
        return "/api/sessions/" + session + "/qr";
    }

    /** Reads the picture as a phone does from a page with a dark background: only its quiet zone sets it off. */
    private static String scan(byte[] png) throws Exception {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        int border = 40;
        int side = image.getWidth() + 2 * border;
        BufferedImage page = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        page.getGraphics().drawImage(image, border, border, null);
        int[] pixels = page.getRGB(0, 0, side, side, null, 0, side);
        LuminanceSource source = new RGBLuminanceSource(side, side, pixels);
        return new QRCodeReader()
                .decode(new BinaryBitmap(new HybridBinarizer(source)))
                .getText();
    }
}
