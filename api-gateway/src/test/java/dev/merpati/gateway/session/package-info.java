@NullMarked
package dev.merpati.gateway.session;

import org.jspecify.annotations.NullMarked;
