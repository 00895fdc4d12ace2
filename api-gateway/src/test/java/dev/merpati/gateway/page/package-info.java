@NullMarked
package dev.merpati.gateway.page;

import org.jspecify.annotations.NullMarked;
