package dev.merpati.simulator.control;

import com.google.zxing.Binarizer;
import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.LuminanceSource;
import com.google.zxing.NotFoundException;
import com.google.zxing.ReaderException;
import com.google.zxing.client.j2se.BufferedImageLuminanceSource;
import com.google.zxing.common.GlobalHistogramBinarizer;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
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
            return decode(new BufferedImageLuminanceSource(image));
        } catch (IOException | IllegalArgumentException e) {
            throw ApiException.invalid("image", e.toString(), "a picture in Base64");
        } catch (ReaderException e) {
            throw ApiException.invalid("image", "a picture without a readable QR code", "one with a QR code");
        }
    }

    /** Each way of looking misses some clean pictures that another one reads. */
    private static String decode(LuminanceSource picture) throws ReaderException {
        ReaderException last = NotFoundException.getNotFoundInstance();
        for (Binarizer binarizer : List.of(new HybridBinarizer(picture), new GlobalHistogramBinarizer(picture))) {
            for (DecodeHintType hint : List.of(DecodeHintType.TRY_HARDER, DecodeHintType.PURE_BARCODE)) {
                try {
                    return new QRCodeReader()
                            .decode(new BinaryBitmap(binarizer), Map.of(hint, true))
                            .getText();
                } catch (ReaderException e) {
                    last = e;
                }
            }
        }
        throw last;
    }
}
