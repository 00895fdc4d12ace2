/** A tenant's sessions and their QR codes. */
@NullMarked
package dev.merpati.gateway.session;

import org.jspecify.annotations.NullMarked;
