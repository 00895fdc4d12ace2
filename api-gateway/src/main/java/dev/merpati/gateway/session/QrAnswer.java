package dev.merpati.gateway.session;

import dev.merpati.model.qr.QrImage;
import java.nio.ByteBuffer;

/** A QR code, as the client wants it. */
sealed interface QrAnswer {

    /** @param qrCode the picture as a data URL */
    record Json(boolean success, String qrCode) implements QrAnswer {
        static Json of(byte[] png) {
            return new Json(true, QrImage.dataUrl(png));
        }
    }

    /** The picture itself, which {@link PictureEncoder} writes. */
    final class Picture implements QrAnswer {
        private final byte[] png;

        Picture(byte[] png) {
            this.png = png;
        }

        ByteBuffer png() {
            return ByteBuffer.wrap(png).asReadOnlyBuffer();
        }
    }
}
