/** QR codes as pictures. */
@NullMarked
package dev.merpati.model.qr;

import org.jspecify.annotations.NullMarked;
