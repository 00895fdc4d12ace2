package dev.merpati.simulator.control;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.NotFoundException;
import com.google.zxing.ReaderException;
import com.google.zxing.client.j2se.BufferedImageLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import javax.imageio.ImageIO;

/** Reads the QR code in a picture. */
final class QrImage {
    private QrImage() {}

    /**
     * The text of the code in a picture.
     *
     * @param dataUrl {@code data:image/png;base64,..} or another type that Java reads
     */
    static String read(String dataUrl) {
        int comma = dataUrl.indexOf(',');
        if (!dataUrl.startsWith("data:image/")
                || comma < 0
                || !dataUrl.substring(0, comma).endsWith(";base64")) {
            throw ApiException.invalid("image", "another text", "data:image/..;base64,..");
        }
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(dataUrl.substring(comma + 1));
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(bytes));
            if (image == null) {
                throw ApiException.invalid("image", bytes.length + " bytes", "a PNG, JPEG, GIF or BMP");
            }
            BinaryBitmap bitmap = new BinaryBitmap(new HybridBinarizer(new BufferedImageLuminanceSource(image)));
            return decode(bitmap);
        } catch (IOException | IllegalArgumentException e) {
            throw ApiException.invalid("image", e.toString(), "a picture in Base64");
        } catch (ReaderException e) {
            throw ApiException.invalid("image", "a picture without a readable QR code", "one with a QR code");
        }
    }

    private static String decode(BinaryBitmap bitmap) throws ReaderException {
        QRCodeReader reader = new QRCodeReader();
        try {
            return reader.decode(bitmap, Map.of(DecodeHintType.TRY_HARDER, true))
                    .getText();
        } catch (NotFoundException e) {
            return reader.decode(bitmap, Map.of(DecodeHintType.PURE_BARCODE, true))
                    .getText();
        }
    }
}
