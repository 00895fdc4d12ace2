@NullMarked
package dev.merpati.gateway.docs;

import org.jspecify.annotations.NullMarked;
